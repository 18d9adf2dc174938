import type { TraceReport } from '@secure-call/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { decodeBytes } from '../../../packages/cli/src/decode-recording.ts';
import { hasProgram } from '../../support/has-program.ts';
import { COPY_HZ, LeakedCall, wavOf } from '../../support/leaked-call.ts';
import { nurseCall } from '../../support/recordings.ts';
import { OTHER_TENANT, PUBLIC_URL, type TENANT } from './service-options.ts';
import { TestService } from './test-service.ts';

const MAX_BYTES = 4 * 2 ** 20;
const quiet = wavOf(new Float32Array(5 * COPY_HZ));

let service: TestService;
let leaked: LeakedCall;
beforeAll(async () => {
  service = await TestService.start({ decodeRecording: decodeBytes, maxTraceBytes: MAX_BYTES });
  leaked = await LeakedCall.make(service, nurseCall.path, 20);
}, 120_000);
afterAll(async () => {
  await leaked.remove();
  await service.stop();
});

interface Wish {
  readonly query?: string;
  readonly tenant?: typeof TENANT | typeof OTHER_TENANT;
  readonly role?: 'auditor' | 'privacy' | 'reviewer';
  readonly of?: TestService;
}

async function post(body: Buffer, { query = '', tenant, role = 'auditor', of = service }: Wish = {}) {
  const headers = { authorization: `Bearer ${await of.roleToken(role, tenant)}` };
  const content = new Uint8Array(body);
  return of.fetch(new Request(`${PUBLIC_URL}/traces${query}`, { method: 'POST', headers, body: content }));
}

const refusalOf = async (answer: Response): Promise<unknown> => [
  answer.status,
  ((await answer.json()) as { code: string }).code,
];

describe.runIf(hasProgram('ffmpeg'))('a leaked file', () => {
  test('names its listener to the auditor, and stands in the record with who asked', async () => {
    const copy = await leaked.copy(leaked.codeOf('nurse-7'));
    const answer = await post(wavOf(copy.subarray(20 * COPY_HZ, 110 * COPY_HZ)), {
      query: `?call=${leaked.pack.callId}`,
    });
    expect(answer.status).toBe(200);
    const report = (await answer.json()) as TraceReport;
    expect(report).toMatchObject({ found: true, call: leaked.pack.callId });
    const named = report.listeners.filter(listener => listener.named);
    expect(named.map(({ sub }) => sub)).toEqual(['nurse-7']);
    const records = (await service.records()).filter(({ type }) => type === 'trace.done');
    expect(records).toMatchObject([
      {
        actor: 'officer-1',
        call: leaked.pack.callId,
        body: {
          name: 'Olof Ek',
          role: 'auditor',
          query: { call: leaked.pack.callId },
          seconds: 90,
          listeners: [{ iss: named[0]?.iss, sub: 'nurse-7' }],
          sessions: [],
        },
      },
    ]);
  }, 120_000);
});

test('a search that names nobody is in the record too', async () => {
  const before = (await service.records()).filter(({ type }) => type === 'trace.done').length;
  const answer = await post(quiet);
  expect(await answer.json()).toMatchObject({ found: false });
  const records = (await service.records()).filter(({ type }) => type === 'trace.done');
  expect(records.length).toBe(before + 1);
  expect(records.at(-1)).toMatchObject({ body: { query: {}, listeners: [], sessions: [] } });
}, 60_000);

describe('refused', () => {
  test('whoever is no auditor', async () => {
    expect(await refusalOf(await post(quiet, { role: 'reviewer' }))).toEqual([403, 'not_permitted']);
    const request = new Request(`${PUBLIC_URL}/traces`, { method: 'POST', body: new Uint8Array(quiet) });
    expect(await refusalOf(await service.fetch(request))).toEqual([401, 'token_invalid']);
  });

  test('a call of another tenant, and one that is none', async () => {
    const query = `?call=${leaked.pack.callId}`;
    const foreign = await post(quiet, { query, tenant: OTHER_TENANT });
    expect(await refusalOf(foreign)).toEqual([404, 'call_unknown']);
    expect(await refusalOf(await post(quiet, { query: '?call=x' }))).toEqual([400, 'request_invalid']);
    expect(await refusalOf(await post(quiet, { query: '?person=x' }))).toEqual([400, 'request_invalid']);
  });

  test('what is no recording, and what is too large', async () => {
    expect(await refusalOf(await post(Buffer.from('<html>no sound</html>')))).toEqual([
      400,
      'request_invalid',
    ]);
    expect(await refusalOf(await post(Buffer.alloc(MAX_BYTES + 1)))).toEqual([400, 'request_invalid']);
  });

  test('a second search while one is under way', async () => {
    const answers = await Promise.all([post(quiet), post(quiet)]);
    const busy = answers.find(({ status }) => status !== 200);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(busy?.headers.get('retry-after')).toBe('30');
    expect(await refusalOf(busy ?? new Response())).toEqual([429, 'rate_limited']);
    expect((await post(quiet)).status).toBe(200);
  }, 120_000);

  test('everything, where there is nothing to decode recordings with', async () => {
    const without = await TestService.start();
    expect(await refusalOf(await post(quiet, { of: without }))).toEqual([501, 'trace_unavailable']);
    await without.stop();
  });
});
