import type { PushMessage } from '@secure-call/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PostgresServer } from '../support/postgres-server.ts';
import { LineReader } from '../unit/server/line-reader.ts';
import { bundleService } from '../unit/server/service-bundle.ts';
import { PUBLIC_URL } from '../unit/server/service-options.ts';
import { grantInput, TestService } from '../unit/server/test-service.ts';
import type { SyntheticCall } from '../unit/server/synthetic-call.ts';
import { percentile } from './percentile.ts';
import { ServiceProcess } from './service-process.ts';

const REVOCATIONS = 200;
/** Streams of other sessions that are open at the same service meanwhile. */
const OTHERS = 50;
const BAR_P95_MS = 1000;

let postgres: PostgresServer | undefined;
let program: string;
beforeAll(async () => {
  postgres = await PostgresServer.start();
  program = await bundleService('service-revocation-bench');
});
afterAll(() => postgres?.stop());

test('from a revocation at one service to the stream of a session at another', async ({ skip }) => {
  if (!postgres) return skip();
  const location = { url: postgres.url(await postgres.createDatabase()) };
  const service = await TestService.start({ location });
  const call = await service.registerCall();
  const task = { keys: service.keys, location, haltAfterCommit: null };
  const [one, other] = await Promise.all([
    ServiceProcess.start(program, task),
    ServiceProcess.start(program, task),
  ]);
  try {
    const streams = await Promise.all(
      Array.from({ length: OTHERS }, (_, at) => listen(service, call, one, `nurse-${at}`)),
    );
    const took: number[] = [];
    for (let count = 0; count < REVOCATIONS; count += 1)
      took.push(await revokeOne(service, call, one, other));
    await Promise.all(streams.map(({ lines }) => lines.cancel()));
    print(took);
    expect(percentile(took, 0.95)).toBeLessThanOrEqual(BAR_P95_MS);
  } finally {
    await Promise.all([one.stop(), other.stop()]);
    await service.stop();
  }
});

const at =
  ({ port }: ServiceProcess) =>
  async (request: Request): Promise<Response> => {
    const path = new URL(request.url).pathname;
    const { method, headers } = request;
    return fetch(`http://127.0.0.1:${port}${path}`, { method, headers, body: await request.text() });
  };

interface Listening {
  readonly sid: string;
  readonly lines: LineReader<PushMessage>;
}

/** Opens a session and its stream, and waits until that says that the session goes on. */
async function listen(
  service: TestService,
  call: SyntheticCall,
  place: ServiceProcess,
  sub: string,
): Promise<Listening> {
  const browser = (await service.browser()).with({ fetch: at(place) });
  const { session } = await browser.openSession(await service.grant(grantInput(call, browser, { sub })));
  const response = await browser.prove(`/sessions/${session}/stream`, {});
  const lines = new LineReader<PushMessage>(response);
  await lines.find(({ type }) => type === 'epoch');
  return { sid: session, lines };
}

async function revokeOne(
  service: TestService,
  call: SyntheticCall,
  one: ServiceProcess,
  other: ServiceProcess,
): Promise<number> {
  const { sid, lines } = await listen(service, call, one, 'nurse-of-one');
  const headers = { authorization: `Bearer ${await service.roleToken('privacy')}` };
  const request = new Request(`${PUBLIC_URL}/revocations`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ session: sid }),
  });
  const startedAt = performance.now();
  const [response] = await Promise.all([at(other)(request), lines.find(({ type }) => type === 'revoked')]);
  const took = performance.now() - startedAt;
  if (!response.ok) throw new Error(`The revocation was refused: ${await response.text()}`);
  await lines.cancel();
  return took;
}

function print(took: readonly number[]): void {
  const [half, most, nearlyAll] = [0.5, 0.95, 0.99].map(share => `${percentile(took, share).toFixed(1)} ms`);
  console.log(
    [
      `${took.length} revocations, ${OTHERS} other streams: from the request at one service to the line in a stream of another`,
      `  half within ${half}, 95 % within ${most} (bar ${BAR_P95_MS} ms), 99 % within ${nearlyAll}`,
    ].join('\n'),
  );
}
