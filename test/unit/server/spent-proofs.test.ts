import type { SessionAnswer } from '@secure-call/protocol';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Browser } from './browser.ts';
import { expectRefusal } from './refusal.ts';
import { grantInput, TestService } from './test-service.ts';

const NONCE_SECONDS = 10;

let service: TestService;
let browser: Browser;
let session: SessionAnswer;
beforeEach(async () => {
  service = await TestService.start({ policy: { nonceSeconds: NONCE_SECONDS } });
  const call = await service.registerCall();
  browser = await service.browser();
  session = await browser.openSession(await service.grant(grantInput(call, browser)));
});
afterEach(() => service.stop());

/** Renews the lease with a fresh nonce. @returns when the proofs in the store stop being good, in seconds from now */
async function renew(leaseSeq: number): Promise<number[]> {
  const path = `/sessions/${session.session}/leases`;
  const { nonce } = await expectRefusal(browser.post(path, '{}', {}), 'use_dpop_nonce');
  browser.nonce = nonce ?? '';
  await browser.lease(session, { leaseSeq, from: 0, tracks: [] });
  const rows = await service.store.read(db => db.selectFrom('proof').select('expires_at').execute());
  return rows.map(({ expires_at: at }) => (at - service.clock.now()) / 1000).toSorted((a, b) => a - b);
}

test('spent proofs are kept for as long as their nonce is good, and forgotten once a minute', async () => {
  expect(await renew(1)).toEqual([NONCE_SECONDS]);
  service.clock.advanceSeconds(59.999);
  // Of no use any more, and not looked at before the minute is over.
  expect(await renew(2)).toEqual([-49.999, NONCE_SECONDS]);
  service.clock.advanceSeconds(0.001);
  expect(await renew(3)).toEqual([9.999, NONCE_SECONDS]);
  service.clock.advanceSeconds(50);
  await renew(4);
  // The next minute is over in the moment in which that one stops being good.
  service.clock.advanceSeconds(10);
  expect(await renew(5)).toEqual([NONCE_SECONDS]);
});
