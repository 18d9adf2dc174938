import { firstBrokenRecord } from '@secure-call/protocol';
import { afterAll, beforeAll, type ExpectStatic, test } from 'vitest';
import type { Handler } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { nurseCall } from '../support/recordings.ts';
import { openStage, type Stage } from './stage.ts';

/** The shortest permission that honest play renews in time; silence is due so long after the last answer, and 3 s. */
const USE_FOR_SECONDS = 12;

let stage: Stage;
let service: Handler;
/** What goes wrong for a session, by its id. */
const faults = new Map<string, Handler>();
const cuts = new Map<string, AbortController>();

beforeAll(async () => {
  stage = await openStage({ recordings: [nurseCall], policy: { useForSeconds: USE_FOR_SECONDS } });
  const { deployment } = stage;
  service = deployment.service.handler;
  deployment.service.serve(request => {
    const sid = new URL(request.url).pathname.split('/')[2] ?? '';
    const fault = faults.get(sid);
    if (fault) return fault(request);
    return service(request.url.endsWith('/stream') ? untilCut(request, sid) : request);
  });
});
afterAll(() => stage.close());

/** A stream that ends when the fault of its session sets in, so that the player has to ask for it again. */
function untilCut(request: Request, sid: string): Request {
  const cut = new AbortController();
  cuts.set(sid, cut);
  return new Request(request, { signal: AbortSignal.any([request.signal, cut.signal]) });
}

/** A service whose database can no longer be written. */
function withoutDisk(): Handler {
  const { store } = stage.deployment;
  return stage.deployment.createService({
    ...store,
    transaction: () => Promise.reject(new Error('disk I/O error')),
    rowTransaction: () => Promise.reject(new Error('disk I/O error')),
    close: () => Promise.resolve(),
  });
}

const kinds: Record<string, () => Handler> = {
  'never answers': () => () => new Promise<Response>(() => undefined),
  'cannot write its record': withoutDisk,
  'breaks every connection': () => () => Promise.reject(new Error('connection reset')),
  'is a login page of the network': () => () =>
    Promise.resolve(
      new Response('<html>Please log in</html>', {
        headers: { 'content-type': 'text/html', 'access-control-allow-origin': '*' },
      }),
    ),
  'begins an answer and never ends it': () => () => {
    const body = new ReadableStream<Uint8Array>({
      start: controller => controller.enqueue(new TextEncoder().encode('{"leaseSeq":1,')),
    });
    return Promise.resolve(new Response(body, { headers: { 'access-control-allow-origin': '*' } }));
  },
};

/** Plays, loses the service, falls silent, gets it back, goes on. @returns seconds until silence */
async function attack(fault: Handler, expect: ExpectStatic): Promise<number> {
  const { deployment, browser, officer } = stage;
  const listener = await Listener.at(browser, deployment);
  expect(await listener.open()).toBeUndefined();
  await listener.play();
  await listener.hears();
  const sid = await listener.page.evaluate(() => window.harness.events[0]?.sid ?? '');
  await expect.poll(() => cuts.has(sid)).toBe(true);
  faults.set(sid, fault);
  cuts.get(sid)?.abort();
  const since = Date.now();
  await listener.page.waitForFunction(
    () => ['audit-blocked', 'failed', 'denied'].includes(window.harness.player?.state.status ?? ''),
    undefined,
    { timeout: 40_000, polling: 20 },
  );
  await listener.hearsNothing(1000);
  const silentAfter = (Date.now() - since) / 1000;
  expect((await listener.state()).status).toBe('audit-blocked');
  // Pressing play does not help.
  await listener.play();
  await listener.hearsNothing(1000);

  const before = (await officer.records(sid)).length;
  faults.delete(sid);
  await listener.reaches('playing', 40_000);
  await listener.hears();
  await expect.poll(async () => (await officer.records(sid)).length).toBeGreaterThan(before);
  const records = await officer.records(sid);
  expect(await firstBrokenRecord(records)).toBeUndefined();
  const sequence = records
    .filter(record => record.author === 'client')
    .map(record => (record.body as { event: { eventSeq: number } }).event.eventSeq);
  expect(sequence).toEqual(sequence.map((_, place) => place + 1));
  await listener.page.context().close();
  return silentAfter;
}

// Side by side, because each waits for its permission to run out.
test.concurrent.for(Object.keys(kinds))(
  'silence when the key service %s, and the sound comes back with it',
  async (kind, { expect }) => {
    const fault = kinds[kind];
    if (!fault) throw new Error('There is no such fault.');
    expect(await attack(fault(), expect)).toBeLessThanOrEqual(USE_FOR_SECONDS + 3);
  },
);
