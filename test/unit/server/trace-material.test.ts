import { generateKey, type SessionAnswer } from '@secure-call/protocol';
import { fileArchiveKeys, traceMaterial, type TraceMaterial } from '@secure-call/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { serviceOptions, TENANT } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let call: SyntheticCall;
beforeEach(async () => {
  service = await TestService.start();
  call = await service.registerCall({ variants: 2, durationSeconds: 60 });
});
afterEach(() => service.stop());

const material = (of = call): Promise<readonly TraceMaterial[]> =>
  traceMaterial(serviceOptions(service.keys, service.store), { tenant: TENANT, call: of.call });

async function only(): Promise<TraceMaterial> {
  const [first, ...others] = await material();
  if (!first || others.length > 0) throw new Error('There is not one packaging.');
  return first;
}

interface Listening {
  readonly session: SessionAnswer;
  /** Variants of the media segments that were leased, by index. */
  readonly variants: ReadonlyMap<number, number>;
}

/** Opens the call and leases a second window, at 24 s. */
async function listen(sub: string, name = 'Anna Lind', of = call): Promise<Listening> {
  const browser = await service.browser();
  const session = await browser.openSession(await service.grant(grantInput(of, browser, { sub, name })));
  const lease = await browser.lease(session, { leaseSeq: 1, from: 24 });
  await browser.lease(session, { leaseSeq: 2, from: 0, tracks: ['peaks'] });
  const keys = [...session.lease.keys, ...lease.keys].filter(({ index }) => index > 0);
  return { session, variants: new Map(keys.map(({ index, variant }) => [index, variant])) };
}

test('before anyone listened there is the mark, and no candidate', async () => {
  const { rev, track, forensic, candidates } = await only();
  expect({ rev, candidates }).toEqual({ rev: 1, candidates: [] });
  expect(track).toMatchObject({ sampleRateHz: 8000, segmentSamples: 16000, total: 31 });
  expect(forensic?.seed).toEqual(call.watermarkSeed);
  expect(forensic?.biases).toEqual(new Float64Array(30).fill(0.5));
});

test('a candidate is a person, with the code that their keys had in every session', async () => {
  const first = await listen('nurse-1');
  const second = await listen('nurse-1', 'Anna Lind-Ek');
  const other = await listen('nurse-2', 'Bo Ek');
  const { candidates } = await only();
  expect(candidates.map(({ sub }) => sub).sort()).toEqual(['nurse-1', 'nurse-2']);
  const codeOf = (sub: string): Int8Array =>
    candidates.find(candidate => candidate.sub === sub)?.code ?? new Int8Array();
  for (const [sub, { variants }] of [
    ['nurse-1', first],
    ['nurse-1', second],
    ['nurse-2', other],
  ] as const) {
    expect(variants.size).toBeGreaterThan(7);
    for (const [index, variant] of variants) expect(codeOf(sub)[index - 1]).toBe(variant === 1 ? 1 : -1);
  }
  expect(codeOf('nurse-1')).not.toEqual(codeOf('nurse-2'));
  expect(candidates.every(({ code }) => code.length === 30)).toBe(true);
});

test('a session is told as it stands in the record: who, for whom, its mark, and what it had keys for', async () => {
  const { session } = await listen('nurse-1');
  const { candidates } = await only();
  expect(candidates).toMatchObject([
    {
      sub: 'nurse-1',
      sessions: [
        {
          sid: session.session,
          watermarkId: session.watermark.id,
          name: 'Anna Lind',
          unit: { id: 'unit-1', name: 'Advice line' },
          purpose: 'TREAT',
          segments: [
            [1, 6],
            [13, 14],
          ],
          seconds: [
            [0, 12],
            [24, 28],
          ],
        },
      ],
    },
  ]);
});

test('the key of the real-time mark is the one that sessions get', async () => {
  const { session } = await listen('nurse-1');
  expect(Buffer.from((await only()).watermarkKey).toString('base64url')).toBe(session.watermark.key);
});

test('an erased call can still be traced', async () => {
  await listen('nurse-1');
  const before = await only();
  const erased = await service.asRole(
    await service.roleToken('privacy'),
    `/calls/${call.call}`,
    undefined,
    'DELETE',
  );
  expect(erased.status).toBe(204);
  const rows = await service.store.read(db => db.selectFrom('call').selectAll().execute());
  expect(rows).toMatchObject([{ jwe: null }]);
  expect(await only()).toEqual(before);
});

test('every packaging of a call has its own, the newest first', async () => {
  await listen('nurse-1');
  const again = await service.registerCall({ call: call.call, rev: 2, variants: 2, durationSeconds: 60 });
  await listen('nurse-2', 'Bo Ek', again);
  const [second, first] = await material();
  expect(second).toMatchObject({ rev: 2, candidates: [{ sub: 'nurse-2' }] });
  expect(first).toMatchObject({ rev: 1, candidates: [{ sub: 'nurse-1' }] });
  expect(second?.forensic?.seed).toEqual(again.watermarkSeed);
  expect(first?.forensic?.seed).toEqual(call.watermarkSeed);
});

test('long recordings have biased codes, the same that leases follow', async () => {
  const long = await service.registerCall({ variants: 2, durationSeconds: 1000 });
  const { variants } = await listen('nurse-1', 'Anna Lind', long);
  const [found] = await material(long);
  expect(new Set(found?.forensic?.biases).size).toBeGreaterThan(400);
  for (const [index, variant] of variants)
    expect(found?.candidates[0]?.code[index - 1]).toBe(variant === 1 ? 1 : -1);
});

test('without variants there is no forensic mark, and sessions are told all the same', async () => {
  const plain = await service.registerCall({ durationSeconds: 60 });
  const { variants } = await listen('nurse-1', 'Anna Lind', plain);
  expect(new Set(variants.values())).toEqual(new Set([0]));
  const [found] = await material(plain);
  expect(found?.forensic).toBeUndefined();
  expect(found?.candidates).toMatchObject([
    { sub: 'nurse-1', code: new Int8Array(), sessions: [{ purpose: 'TREAT' }] },
  ]);
});

describe('refused', () => {
  test('a call that is not known, also that of another tenant', async () => {
    const options = serviceOptions(service.keys, service.store);
    for (const subject of [
      { tenant: TENANT, call: 'none' },
      { tenant: 'other', call: call.call },
    ])
      await expect(traceMaterial(options, subject)).rejects.toMatchObject({ code: 'call_unknown' });
  });

  test('a seed that no archive key opens', async () => {
    const { privateJwk } = await generateKey('archive');
    const options = {
      ...serviceOptions(service.keys, service.store),
      archiveKeys: fileArchiveKeys([privateJwk]),
    };
    await expect(traceMaterial(options, { tenant: TENANT, call: call.call })).rejects.toMatchObject({
      code: 'registration_invalid',
    });
  });

  test('another service’s key gives other codes, so that nobody is traced by mistake of keys', async () => {
    const { variants } = await listen('nurse-1');
    const { privateJwk } = await generateKey('service');
    const options = { ...serviceOptions(service.keys, service.store), serviceKey: privateJwk };
    const [found] = await traceMaterial(options, { tenant: TENANT, call: call.call });
    const code = found?.candidates[0]?.code ?? new Int8Array();
    expect([...variants].every(([index, variant]) => code[index - 1] === (variant === 1 ? 1 : -1))).toBe(
      false,
    );
  });
});
