import type { SessionAnswer } from '@secure-call/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Browser, Refused } from './browser.ts';
import { problemOf } from './refusal.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let call: SyntheticCall;
beforeEach(async () => {
  // What was reported is another rule's question.
  service = await TestService.start({ policy: { unexplainedWindows: 1000 } });
  call = await service.registerCall({ durationSeconds: 3600 });
});
afterEach(() => service.stop());

interface Listening {
  readonly browser: Browser;
  readonly session: SessionAnswer;
}

async function listen(sub = 'nurse-1', maxRate = 2, maxSessionSeconds = 1800): Promise<Listening> {
  const browser = await service.browser();
  const input = grantInput(call, browser, { sub, call: { maxRate, maxSessionSeconds } });
  return { browser, session: await browser.openSession(await service.grant(input)) };
}

/** Leases from different places until refused. @returns the segments that were unlocked */
async function rip({ browser, session }: Listening, start: number): Promise<Set<number>> {
  const unlocked = new Set(session.lease.keys.map(({ index }) => index));
  let from = start;
  for (let leaseSeq = 1; leaseSeq < 40; leaseSeq += 1) {
    try {
      const lease = await browser.lease(session, { leaseSeq, from });
      for (const { index } of lease.keys) unlocked.add(index);
      from = lease.to;
    } catch (error) {
      if (!(error instanceof Refused) || error.problem.code !== 'rate_limited') throw error;
      return unlocked;
    }
  }
  throw new Error('Nothing stopped it.');
}

/** Seconds of the recording in segments of 2 s, the init segment not counted. */
const secondsOf = (unlocked: ReadonlySet<number>): number =>
  [...unlocked].filter(index => index > 0).length * 2;

test('five sessions of one person at once unlock 120 s and no more', async () => {
  const sessions = await Promise.all(Array.from({ length: 5 }, () => listen()));
  const parts = await Promise.all(
    sessions.map((listening, place) => rip(listening, 600 * (place + 1) - 600)),
  );
  const unlocked = new Set(parts.flatMap(part => Array.from(part)));
  expect(secondsOf(unlocked)).toBeGreaterThan(100);
  expect(secondsOf(unlocked)).toBeLessThanOrEqual(120);
});

test('with time more is unlocked, at the maximum rate', async () => {
  const listening = await listen();
  const first = await rip(listening, 12);
  expect(secondsOf(first)).toBe(120);
  const { browser, session } = listening;
  const refused = await problemOf(browser.lease(session, { leaseSeq: 50, from: 120 }));
  expect(refused).toMatchObject({ code: 'rate_limited', status: 429, retryAfterSeconds: 6 });
  service.clock.advanceSeconds(5);
  expect(await problemOf(browser.lease(session, { leaseSeq: 51, from: 120 }))).toMatchObject({
    retryAfterSeconds: 1,
  });
  service.clock.advanceSeconds(1);
  expect(await browser.lease(session, { leaseSeq: 52, from: 120 })).toMatchObject({ to: 132 });
});

test('the grant’s rate bounds the policy’s', async () => {
  const listening = await listen('nurse-1', 1);
  expect(listening.session.policy.maxRate).toBe(1);
  await rip(listening, 12);
  const { browser, session } = listening;
  expect(await problemOf(browser.lease(session, { leaseSeq: 50, from: 120 }))).toMatchObject({
    retryAfterSeconds: 12,
  });
});

test('what was unlocked within the hour is free, also in another session', async () => {
  const listening = await listen();
  await rip(listening, 12);
  const again = await listen();
  for (let leaseSeq = 1; leaseSeq < 10; leaseSeq += 1)
    expect(await again.browser.lease(again.session, { leaseSeq, from: leaseSeq * 12 })).toHaveProperty(
      'keys',
    );
  const next = again.browser.lease(again.session, { leaseSeq: 11, from: 120 });
  expect(await problemOf(next)).toMatchObject({ code: 'rate_limited' });
});

test('of another packaging nothing is free', async () => {
  await rip(await listen(), 12);
  const again = await service.makeCall({ call: call.call, rev: 2, durationSeconds: 3600 });
  expect((await service.register(again.registration)).status).toBe(201);
  const browser = await service.browser();
  const old = grantInput(call, browser, { call: { rev: 1 } });
  expect(await browser.openSession(await service.grant(old))).toHaveProperty('lease.to', 12);
  const current = await service.grant(grantInput(call, browser));
  expect(await problemOf(browser.openSession(current))).toMatchObject({ code: 'rate_limited' });
});

test('after an hour it is charged again', async () => {
  const listening = await listen();
  await rip(listening, 12);
  service.clock.advanceSeconds(3601);
  const again = await listen();
  await rip(again, 12);
  const fresh = again.browser.lease(again.session, { leaseSeq: 60, from: 60 });
  expect(await fresh).toHaveProperty('to');
  const other = again.browser.lease(again.session, { leaseSeq: 61, from: 600 });
  expect(await problemOf(other)).toMatchObject({ code: 'rate_limited' });
});

test.each([
  ['just within the hour is free', 3599.999, 120],
  ['an hour ago is charged again', 3600, 116],
])('in a session that goes on, what was unlocked %s', async (_, seconds, left) => {
  const { browser, session } = await listen('nurse-1', 2, 7200);
  service.clock.advanceSeconds(seconds);
  browser.nonce = (await listen('nurse-2')).session.nonce;
  expect(await browser.lease(session, { leaseSeq: 1, from: 0 })).toMatchObject({ from: 0, to: 4 });
  const allowances = await service.store.read(db =>
    db.selectFrom('pace').select('seconds_left').where('sub', '=', 'nurse-1').execute(),
  );
  expect(allowances).toEqual([{ seconds_left: left }]);
});

test('what was unlocked behind a window does not make it free, nor what was before it', async () => {
  const { browser, session } = await listen();
  await browser.lease(session, { leaseSeq: 1, from: 56 });
  await browser.lease(session, { leaseSeq: 2, from: 50 });
  await browser.lease(session, { leaseSeq: 3, from: 58 });
  const allowances = await service.store.read(db => db.selectFrom('pace').select('seconds_left').execute());
  // The last one holds two seconds of the first.
  expect(allowances).toEqual([{ seconds_left: 120 - 12 - 4 - 4 - 2 }]);
});

test('peaks unlock no second of sound', async () => {
  const { browser, session } = await listen();
  await browser.lease(session, { leaseSeq: 1, from: 0, tracks: ['peaks'] });
  await browser.lease(session, { leaseSeq: 2, from: 600 });
  const allowances = await service.store.read(db => db.selectFrom('pace').select('seconds_left').execute());
  expect(allowances).toEqual([{ seconds_left: 120 - 12 - 4 }]);
});

test('twenty seeks in a row are answered', async () => {
  const { browser, session } = await listen();
  for (let leaseSeq = 1; leaseSeq <= 20; leaseSeq += 1) {
    const from = 100 + leaseSeq * 97.3;
    const lease = await browser.lease(session, { leaseSeq, from });
    expect(lease.from).toBeLessThanOrEqual(from);
    expect(lease.to).toBeGreaterThan(from + 2 - 1e-9);
  }
});

test('another person and another call have their own allowance', async () => {
  const first = await listen();
  await rip(first, 12);
  const second = await listen('nurse-2');
  expect(await second.browser.lease(second.session, { leaseSeq: 1, from: 12 })).toHaveProperty('keys');
  call = await service.registerCall();
  const third = await listen();
  expect(await third.browser.lease(third.session, { leaseSeq: 1, from: 12 })).toHaveProperty('keys');
});

test('a session cannot be opened beyond the allowance, and the grant stays usable', async () => {
  expect(secondsOf(await rip(await listen(), 600))).toBe(112);
  const browser = await service.browser();
  const input = grantInput(call, browser, { call: { ranges: [[2000, 2100]] } });
  const grant = await service.grant(input);
  expect(await problemOf(browser.openSession(grant))).toMatchObject({
    code: 'rate_limited',
    retryAfterSeconds: 2,
  });
  service.clock.advanceSeconds(2);
  expect(await browser.openSession(grant)).toMatchObject({ lease: { from: 2000, to: 2012 } });
});
