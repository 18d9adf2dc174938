import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Browser } from './browser.ts';
import { InjectedFaults } from './injected-faults.ts';
import { problemOf } from './refusal.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

/** Of one origin in a minute, whichever service is asked. */
const RECORDED = 10;

let service: TestService;
let other: Awaited<ReturnType<TestService['join']>>;
let call: SyntheticCall;
let browser: Browser;
let faults: InjectedFaults | undefined;

beforeEach(async () => {
  faults = undefined;
  service = await TestService.start();
  other = await service.join();
  call = await service.registerCall();
  let turn = 0;
  const fetch = (request: Request): Promise<Response> =>
    (turn += 1) % 2 === 0 ? service.fetch(request) : other.handle(request);
  browser = (await service.browser()).with({ fetch });
});
afterEach(async () => {
  faults?.restore();
  other.stop.abort();
  await other.store.close();
  await service.stop();
});

const recorded = async (type: string): Promise<number> =>
  (await service.records()).filter(record => record.type === type).length;

test('refused leases of one session are recorded ten times a minute, at two services together', async () => {
  const session = await browser.openSession(await service.grant(grantInput(call, browser)));
  await browser.lease(session, { leaseSeq: 1, from: 12 });
  const refuse = async (): Promise<void> =>
    expect(await problemOf(browser.lease(session, { leaseSeq: 1, from: 24 }))).toMatchObject({ status: 409 });
  for (let round = 0; round < 2 * RECORDED + 4; round += 1) await refuse();
  expect(await recorded('lease.refused')).toBe(RECORDED);
  service.clock.advanceSeconds(61);
  const { nonce } = await problemOf(browser.lease(session, { leaseSeq: 2, from: 24 })).catch(() => ({
    nonce: undefined,
  }));
  if (nonce !== undefined) browser.nonce = nonce;
  await refuse();
  expect(await recorded('lease.refused')).toBe(RECORDED + 1);
});

test('a refused grant too, also where they come at once, and other grants of that person are recorded and redeemed', async () => {
  const old = await service.grant(grantInput(call, browser));
  service.clock.advanceSeconds(61);
  const tooOld = Array.from({ length: 2 * RECORDED + 4 }, () =>
    browser.openSession(old).then(
      () => 'opened',
      () => 'refused',
    ),
  );
  expect(new Set(await Promise.all(tooOld))).toEqual(new Set(['refused']));
  expect(await recorded('grant.refused')).toBe(RECORDED);
  const unknown = grantInput(call, browser, { call: { rev: 9 } });
  expect(await problemOf(browser.openSession(await service.grant(unknown)))).toMatchObject({
    code: 'call_unknown',
  });
  expect(await recorded('grant.refused')).toBe(RECORDED + 1);
  const session = await browser.openSession(await service.grant(grantInput(call, browser)));
  expect(await browser.lease(session, { leaseSeq: 1, from: 12 })).toMatchObject({ to: 24 });
});

test('forged tokens do not reach the store', async () => {
  faults = new InjectedFaults().inStores();
  const watched = browser.with({ fetch: faults.watch(service.fetch) });
  const grant = await service.grant(grantInput(call, browser));
  const stranger = await service.browser();
  for (const forged of [`${grant.slice(0, -4)}AAAA`, grant.replace(/^[^.]+/, 'e30'), 'rubbish'])
    await expect(watched.openSession(forged)).rejects.toThrow('401');
  expect(faults.count).toBe(0);
  const { session } = await watched.openSession(grant);
  expect(faults.count).toBeGreaterThan(0);
  // A proof without a nonce of ours, of whomever.
  const response = await stranger
    .with({ fetch: faults.watch(service.fetch) })
    .prove(`/sessions/${session}/leases`, { leaseSeq: 1, from: 12, events: [] });
  expect(response.status).toBe(401);
  expect(faults.count).toBe(0);
});
