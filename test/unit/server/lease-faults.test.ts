import { type AccessEventChain, firstBrokenRecord, type SessionAnswer } from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { until } from '../../support/until.ts';
import type { Browser, LeaseWish } from './browser.ts';
import { type FaultMode, InjectedFaults } from './injected-faults.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

const WINDOW_SECONDS = 12;
const ALLOWANCE_SECONDS = 36_000;

let service: TestService;
let call: SyntheticCall;
let browser: Browser;
let faults: InjectedFaults;

beforeEach(async () => {
  service = await TestService.start({ policy: { bucketSeconds: ALLOWANCE_SECONDS } });
  call = await service.registerCall({ durationSeconds: 3600, variants: 2 });
  faults = new InjectedFaults();
  browser = (await service.browser()).with({ fetch: faults.watch(service.fetch) });
});
afterEach(async () => {
  faults.restore();
  await service.stop();
});

const modes: FaultMode[] = ['before', 'after', 'lost'];
const memories = [
  ['that the service remembers', false],
  ['that the service knows nothing of yet', true],
] as const;
const cases = memories.flatMap(([what, cold]) => modes.map(mode => ({ what, cold, mode })));

describe('whichever call of a lease fails, no key leaves, and the same wish is one lease on record', () => {
  test.each(cases)(
    'a query of the store fails ($mode it ran), in a session $what',
    async ({ cold, mode }) => {
      faults.inStores();
      await failAtEveryCall(cold, mode);
    },
  );

  test.each(memories)('a computation fails, in a session %s', async (_, cold) => {
    faults.inCryptography();
    await failAtEveryCall(cold, 'before');
  });
});

async function failAtEveryCall(cold: boolean, mode: FaultMode): Promise<void> {
  const session = await browser.openSession(await service.grant(grantInput(call, browser)));
  const events = browser.events(session);
  let leaseSeq = 1;
  const wish = (): Promise<LeaseWish> => wishOf(events, leaseSeq);
  const forget = async (): Promise<void> => {
    await service.restart();
    // Its own keys are derived at the first request of all.
    await service.asRole('', '/healthz');
  };
  // The first one also sweeps away old proofs, and does so after every start.
  await browser.lease(session, await wish());
  leaseSeq += 1;
  if (cold) await forget();
  await browser.lease(session, await wish());
  const { count } = faults;
  expect(count).toBeGreaterThan(8);
  let failed = 0;
  for (let failing = 1; failing <= count; failing += 1) {
    leaseSeq += 1;
    if (cold) await forget();
    if (await failAndRetry(session, await wish(), () => faults.arm(failing, mode))) failed += 1;
  }
  expect(failed).toBeGreaterThanOrEqual(count - 2);
  await expectWholeRecord(session, leaseSeq);
}

/** A lease that goes on where the one before ended, with a report of what that one was for. */
async function wishOf(events: AccessEventChain, leaseSeq: number): Promise<LeaseWish> {
  const from = WINDOW_SECONDS * leaseSeq;
  const ranges: [number, number][] = [[from - WINDOW_SECONDS, from]];
  const input = { type: 'playback.listened', position: from, ranges, rate: 1 } as const;
  const { jws } = await events.sign(input, new Date(service.clock.now()), leaseSeq);
  return { leaseSeq, from, events: [jws] };
}

/** @returns whether the call came that was to fail */
async function failAndRetry(session: SessionAnswer, wish: LeaseWish, arm: () => void): Promise<boolean> {
  arm();
  const response = await browser.prove(`/sessions/${session.session}/leases`, wish);
  const { hit } = faults;
  faults.arm(undefined, 'before');
  const text = await response.text();
  // Of a listener's code sixteen segments are drawn at once, so that some leases compute less than others.
  if (!hit) {
    expect(response.status).toBe(200);
    return false;
  }
  expect(text).not.toContain('wrapped');
  // A key that cannot be taken from its JWK is no key.
  expect(text).toMatch(/"code":"(audit_unavailable|archive_unavailable|proof_invalid)"/);
  const again = await browser.lease(session, wish);
  const once = await browser.lease(session, wish);
  expect(again).toMatchObject({ ack: wish.leaseSeq, to: wish.from + WINDOW_SECONDS });
  expect(once.keys).toEqual(again.keys);
  return true;
}

/** Every lease and every event once, in whole chains, and each second charged once. */
async function expectWholeRecord(session: SessionAnswer, leases: number): Promise<void> {
  const own = await service.records(`?sid=${session.session}`);
  const numbers = (type: string, place: (body: never) => number): number[] =>
    own.filter(record => record.type === type).map(({ body }) => place(body as never));
  const upTo = (first: number): number[] => Array.from({ length: leases + 1 - first }, (_, at) => at + first);
  expect(numbers('lease.issued', ({ leaseSeq }: { leaseSeq: number }) => leaseSeq)).toEqual(upTo(0));
  expect(
    numbers('playback.listened', ({ event }: { event: { eventSeq: number } }) => event.eventSeq),
  ).toEqual(upTo(1));
  expect(own.filter(({ body }) => JSON.stringify(body).includes('badRange'))).toEqual([]);
  // A key that could not be opened is the one fault that leaves a record: the refusal.
  const refusals = own.filter(({ type }) => type === 'lease.refused').map(({ body }) => body);
  for (const refusal of refusals) expect(refusal).toMatchObject({ code: 'archive_unavailable' });
  expect(own).toHaveLength(2 + 2 * leases + refusals.length);
  expect(await firstBrokenRecord(own.map(({ order: _order, ...record }) => record))).toBeUndefined();
  const { seconds_left: left } = await service.store.read(db =>
    db.selectFrom('pace').select('seconds_left').executeTakeFirstOrThrow(),
  );
  expect(left).toBeCloseTo(ALLOWANCE_SECONDS - WINDOW_SECONDS * (leases + 1), 6);
}

test.each(modes)(
  'whichever query of opening a session fails %s it ran, the same grant opens one session',
  async mode => {
    faults.inStores();
    const open = async (): Promise<() => Promise<SessionAnswer>> => {
      const grant = await service.grant(grantInput(call, browser));
      return () => browser.openSession(grant);
    };
    await (
      await open()
    )();
    const { count } = faults;
    for (let failing = 1; failing <= count; failing += 1) {
      const redeem = await open();
      faults.arm(failing, mode);
      await expect(redeem()).rejects.toMatchObject({ problem: { code: 'audit_unavailable' } });
      faults.arm(undefined, 'before');
      const { session } = await redeem();
      // PostgreSQL shows records once the transaction of the broken connection has ended as well.
      let types: string[] = [];
      const isShown = async (): Promise<boolean> => {
        types = (await service.records(`?sid=${session}`)).map(({ type }) => type);
        return types.length > 0;
      };
      await until(isShown, 10_000, () => 'the record of the session');
      expect(types).toEqual(['grant.redeemed', 'lease.issued']);
    }
    const all = await service.records();
    expect(all.filter(({ type }) => type === 'grant.redeemed')).toHaveLength(count + 1);
    expect(all.filter(({ type }) => type === 'grant.refused')).toEqual([]);
  },
);
