import {
  deriveSegmentKey,
  importCallKey,
  openSegment,
  randomBytes,
  sealSegment,
  type Variant,
} from '@secure-call/protocol';
import { afterEach, expect, test } from 'vitest';
import { TENANT } from './service-options.ts';
import { grantInput, TestService } from './test-service.ts';
import type { SyntheticCall } from './synthetic-call.ts';

let service: TestService | undefined;
afterEach(async () => service?.stop());

/** Seals a segment as the packager does and opens it with a leased key. */
async function opens(call: SyntheticCall, key: CryptoKey | undefined, index: number, variant: Variant = 0) {
  const total = 301;
  const binding = { tenant: TENANT, call: call.call, rev: call.rev, track: 'audio', variant, index, total };
  const plaintext = randomBytes(400);
  const sealed = await sealSegment(
    await deriveSegmentKey(await importCallKey(call.callKey), binding),
    plaintext,
  );
  if (!key) return false;
  return (await openSegment(key, sealed)).every((byte, place) => byte === plaintext[place]);
}

test('a grant opens a session whose first lease opens the first window', async () => {
  service = await TestService.start();
  const call = await service.registerCall();
  const browser = await service.browser();
  const session = await browser.openSession(await service.grant(grantInput(call, browser)));
  expect(session.media.base).toBe(`https://storage.example/region-x/${call.call}/${call.packageId}/`);
  expect(session.watermark).toMatchObject({
    required: true,
    visible: { name: 'Anna Lind', unit: 'Advice line' },
  });
  expect(session.policy).toMatchObject({ windowSeconds: 12, ahead: 2, maxRate: 2, purpose: 'TREAT' });
  expect(session.policy.expiresAt).toBe(service.clock.now() + 1800_000);
  expect(session.lease).toMatchObject({ leaseSeq: 0, from: 0, to: 12, useForSeconds: 30 });
  const keys = await browser.unwrap(session, session.lease);
  expect([...keys.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6].map(index => `audio/${index}/0`));
  expect(await opens(call, keys.get('audio/1/0'), 1)).toBe(true);
  expect(await opens(call, keys.get('audio/0/0'), 0)).toBe(true);
});

test('the next lease goes on for a whole window, one after a seek is short', async () => {
  service = await TestService.start();
  const call = await service.registerCall();
  const browser = await service.browser();
  const session = await browser.openSession(await service.grant(grantInput(call, browser)));
  const next = await browser.lease(session, { leaseSeq: 1, from: 12 });
  expect(next).toMatchObject({ leaseSeq: 1, from: 12, to: 24, ack: 0, epoch: 0 });
  const seek = await browser.lease(session, { leaseSeq: 2, from: 100.5 });
  expect(seek).toMatchObject({ from: 100, to: 104 });
  expect(await browser.lease(session, { leaseSeq: 3, from: 301.5 })).toMatchObject({ from: 300, to: 306 });
  expect(await opens(call, (await browser.unwrap(session, seek)).get('audio/51/0'), 51)).toBe(true);
});
