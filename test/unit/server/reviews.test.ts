import type { SecureCallError } from '@secure-call/protocol';
import { createCallService, type ReviewRules } from '@secure-call/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { asAdministrator } from './administrator.ts';
import type { Browser } from './browser.ts';
import { expectRefusal, problemOf } from './refusal.ts';
import { OTHER_TENANT, serviceOptions } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

/** Rules of which none applies by itself. */
const quiet: ReviewRules = {
  sampleShare: 0,
  noRelation: ['none'],
  timeZone: 'Europe/Stockholm',
  nightFromHour: 23,
  nightToHour: 5,
  accessesPerDay: 3,
  refusalsPerDay: 3,
};
const breakGlass = { reason: 'Child found unconscious', notify: ['manager'] };
const emergency = { call: { purpose: 'ETREAT', breakGlass } };

let service: TestService;
let call: SyntheticCall;
let browser: Browser;

async function start(rules: Partial<ReviewRules> = {}): Promise<void> {
  service = await TestService.start({ review: { ...quiet, ...rules } });
  service.clock.advanceTo('12:00');
  call = await service.registerCall();
  browser = await service.browser();
}
beforeEach(() => start());
afterEach(() => service.stop());

const open = async (changes: Parameters<typeof grantInput>[2] = {}) =>
  browser.openSession(await service.grant(grantInput(call, browser, changes)));

interface Queue {
  readonly reviews: readonly { readonly n: number; readonly sid: string; readonly reasons: string[] }[];
  readonly next?: number;
}

async function queue(query = '', sub?: string): Promise<Queue> {
  const token = await service.roleToken('reviewer', undefined, sub);
  const response = await service.asRole(token, `/reviews${query}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Queue;
}

const reasons = async (query = ''): Promise<string[][]> =>
  (await queue(query)).reviews.map(({ reasons: found }) => found);
const places = async (): Promise<number[]> => (await queue()).reviews.map(({ n }) => n);

const review = async (n: number | undefined, body: unknown, sub?: string): Promise<Response> =>
  service.asRole(await service.roleToken('reviewer', undefined, sub), `/reviews/${n}`, body);

describe('an access is in the queue', () => {
  test('not without a reason', async () => {
    await open();
    expect(await queue()).toEqual({ reviews: [] });
  });

  test('as an emergency, always, and without a relation', async () => {
    await open(emergency);
    await open({ call: { relation: 'none' } });
    expect(await reasons()).toEqual([['noRelation'], ['emergency']]);
  });

  test('by night, by the clock on the wall', async () => {
    for (const time of ['20:30', '22:30', '02:30', '05:30']) {
      service.clock.advanceTo(time);
      await open({ sub: `nurse at ${time}` });
    }
    const nights = ['nurse at 02:30', 'nurse at 22:30'].map(person => ({ person, reasons: ['night'] }));
    expect((await queue()).reviews).toMatchObject(nights);
  });

  test('beyond so many in 24 hours by one person', async () => {
    for (let count = 0; count < 4; count += 1) await open();
    await open({ sub: 'nurse-2' });
    expect(await reasons()).toEqual([['volume']]);
    service.clock.advanceSeconds(24 * 3600);
    await open();
    expect(await reasons()).toEqual([['volume']]);
  });

  test('from so many refusals on, of grants before it and of keys in it', async () => {
    for (let count = 0; count < 2; count += 1) {
      const late = await service.grant(grantInput(call, browser, { sub: 'nurse-2' }));
      service.clock.advanceSeconds(61);
      await problemOf(browser.openSession(late));
    }
    const session = await open({ sub: 'nurse-2', call: { ranges: [[0, 12]] } });
    expect(await reasons()).toEqual([]);
    await problemOf(browser.lease(session, { leaseSeq: 1, from: 100 }));
    expect(await queue()).toMatchObject({ reviews: [{ sid: session.session, reasons: ['refusals'] }] });
  });

  test('as a sample, the same whenever the queue is read and after a restart', async () => {
    await service.stop();
    await start({ sampleShare: 0.5, accessesPerDay: 1000 });
    for (let count = 0; count < 40; count += 1) await open();
    const drawn = await places();
    expect(drawn.length).toBeGreaterThan(5);
    expect(drawn.length).toBeLessThan(35);
    await service.restart();
    expect(await places()).toEqual(drawn);
  });
});

describe('a review', () => {
  test('takes the access out of the queue, and stands in the record with its reviewer', async () => {
    const session = await open(emergency);
    const [n] = await places();
    expect((await review(n, { outcome: 'unjustified', note: 'No such child.' })).status).toBe(204);
    expect(await places()).toEqual([]);
    const own = await service.records(`?sid=${session.session}`);
    const done = (await service.records()).find(({ type }) => type === 'review.done');
    expect(done).toMatchObject({
      sid: null,
      actor: 'officer-1',
      call: call.call,
      patient: own[0]?.patient,
      body: {
        n,
        sid: session.session,
        person: 'nurse-1',
        name: 'Olof Ek',
        role: 'reviewer',
        outcome: 'unjustified',
        note: 'No such child.',
      },
    });
  });

  test('that wants a follow-up leaves it there until another one settles it', async () => {
    await open(emergency);
    const [n] = await places();
    await review(n, { outcome: 'followUp', note: 'Asked the unit.' });
    expect(await places()).toEqual([n]);
    await review(n, { outcome: 'justified' }, 'officer-2');
    expect(await places()).toEqual([]);
    const done = (await service.records()).filter(({ type }) => type === 'review.done');
    expect(done.map(({ actor }) => actor)).toEqual(['officer-1', 'officer-2']);
  });

  test('needs words unless all is well, an outcome, and an access', async () => {
    await open(emergency);
    const [n] = await places();
    for (const body of [
      { outcome: 'unjustified' },
      { outcome: 'fine' },
      {},
      { outcome: 'justified', by: 'x' },
    ])
      await expectRefusal(review(n, body), 'request_invalid');
    await expectRefusal(review(9999, { outcome: 'justified' }), 'not_found');
    await expectRefusal(review(1, { outcome: 'justified' }), 'not_found');
    expect(await places()).toEqual([n]);
  });

  test('of another tenant’s access is one of none', async () => {
    await open(emergency);
    const [n] = await places();
    const token = await service.roleToken('reviewer', OTHER_TENANT);
    await expectRefusal(service.asRole(token, `/reviews/${n}`, { outcome: 'justified' }), 'not_found');
    expect(await places()).toEqual([n]);
  });
});

test('an emergency that cannot be recorded as one opens nothing', async () => {
  await open(emergency);
  // The database takes no second one from here on.
  await asAdministrator(
    service,
    `create unique index no_more on audit (tenant) where type = 'breakGlass.started'`,
  );
  expect(await problemOf(open(emergency))).toMatchObject({ code: 'audit_unavailable' });
  expect((await service.records()).filter(({ type }) => type === 'grant.redeemed')).toHaveLength(1);
  const sessions = await service.store.read(db => db.selectFrom('session').select('sid').execute());
  expect(sessions).toHaveLength(1);
  expect(await open()).toHaveProperty('lease.leaseSeq', 0);
});

test('an emergency is found however many accesses came after it', async () => {
  await open(emergency);
  for (let count = 0; count < 200; count += 1) await open({ sub: `nurse-${count}` });
  const first = await queue();
  expect(first.reviews).toEqual([]);
  expect(await reasons(`?before=${first.next}`)).toEqual([['emergency']]);
  expect(await reasons('?reason=emergency')).toEqual([['emergency']]);
});

test('reading the queue is recorded', async () => {
  await queue('?reason=emergency');
  expect((await service.records()).find(({ type }) => type === 'log.read')).toMatchObject({
    actor: 'officer-1',
    body: { role: 'reviewer', view: 'reviews', query: { reason: 'emergency' } },
  });
});

test('a service with a time zone that is none does not start', () => {
  const options = { ...serviceOptions(service.keys, service.store), review: { timeZone: 'Mars/Olympus' } };
  expect(() => createCallService(options)).toThrow(
    expect.objectContaining({ code: 'configuration_invalid' } satisfies Partial<SecureCallError>),
  );
});
