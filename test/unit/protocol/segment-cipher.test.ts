import {
  type Bytes,
  type CallId,
  concat,
  createCallId,
  deriveSegmentKey,
  importCallKey,
  openSegment,
  randomBytes,
  SEAL_OVERHEAD_BYTES,
  sealSegment,
  type SegmentBinding,
  segmentInfo,
  type Variant,
} from '@secure-call/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import vectors from '../../vectors/segment.json' with { type: 'json' };
import gcm from '../../vectors/published/aes-gcm.json' with { type: 'json' };
import hkdf from '../../vectors/published/hkdf-sha256.json' with { type: 'json' };
import { fromHex, toHex } from './hex.ts';
import { refusal } from './refusal.ts';

const binding: SegmentBinding = {
  tenant: 'region-x',
  call: createCallId(),
  rev: 1,
  track: 'audio',
  variant: 1,
  index: 3,
  total: 11,
};

const exportRaw = async (key: CryptoKey): Promise<string> =>
  toHex(new Uint8Array(await crypto.subtle.exportKey('raw', key)));

const importAes = (key: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['encrypt', 'decrypt']);

test.each(vectors.cases)('vector: $binding.track $binding.index of $binding.total', async vector => {
  const at = vector.binding as SegmentBinding;
  expect(toHex(segmentInfo(at))).toBe(vector.info);
  const key = await deriveSegmentKey(await importCallKey(fromHex(vectors.callKey)), at, true);
  expect(await exportRaw(key)).toBe(vector.key);
  const stored = await sealSegment(key, fromHex(vector.plaintext), fromHex(vector.iv));
  expect(toHex(stored)).toBe(vector.stored);
  expect(toHex(await openSegment(key, fromHex(vector.stored)))).toBe(vector.plaintext);
});

test.each(gcm.tests)('AES-256-GCM with a 128-bit IV: $name', async ({ key, iv, msg, ct, tag }) => {
  const aes = await importAes(fromHex(key));
  expect(toHex(await sealSegment(aes, fromHex(msg), fromHex(iv)))).toBe(iv + ct + tag);
  expect(toHex(await openSegment(aes, fromHex(iv + ct + tag)))).toBe(msg);
});

// The call that derives our keys, with the published inputs: the first 32 bytes of OKM do not depend on L.
test.each(hkdf.tests)('HKDF-SHA256: $name', async ({ ikm, salt, info, okm }) => {
  const secret = await crypto.subtle.importKey('raw', fromHex(ikm), 'HKDF', false, ['deriveKey']);
  const algorithm = { name: 'HKDF', hash: 'SHA-256', salt: fromHex(salt), info: fromHex(info) };
  const key = await crypto.subtle.deriveKey(algorithm, secret, { name: 'AES-GCM', length: 256 }, true, [
    'encrypt',
  ]);
  expect(await exportRaw(key)).toBe(okm.slice(0, 64));
});

test('a call key has 32 bytes', async () => {
  for (const length of [0, 16, 31, 33, 64])
    expect(await refusal(() => importCallKey(new Uint8Array(length)))).toBe('key_invalid');
});

test('a segment key leaves WebCrypto only where that was asked for; a call key never', async () => {
  const callKey = await importCallKey(randomBytes(32));
  expect(callKey.extractable).toBe(false);
  expect((await deriveSegmentKey(callKey, binding)).extractable).toBe(false);
  expect((await deriveSegmentKey(callKey, binding, true)).extractable).toBe(true);
});

test('a segment opens nowhere but where it was sealed', async () => {
  const callKey = await importCallKey(randomBytes(32));
  const stored = await sealSegment(await deriveSegmentKey(callKey, binding), randomBytes(40));
  const moved: SegmentBinding[] = [
    { ...binding, tenant: 'region-y' },
    { ...binding, call: createCallId() },
    { ...binding, rev: 2 },
    { ...binding, track: 'peaks' },
    { ...binding, variant: 0 },
    { ...binding, variant: 2 },
    { ...binding, index: 4 },
    { ...binding, total: 10 },
  ];
  for (const place of moved) {
    const key = await deriveSegmentKey(callKey, place);
    expect(await refusal(() => openSegment(key, stored))).toBe('integrity_failed');
  }
  const otherCallKey = await deriveSegmentKey(await importCallKey(randomBytes(32)), binding);
  expect(await refusal(() => openSegment(otherCallKey, stored))).toBe('integrity_failed');
});

test('every byte of a stored segment counts, and so does its length', async () => {
  const key = await deriveSegmentKey(await importCallKey(randomBytes(32)), binding);
  const stored = await sealSegment(key, randomBytes(20));
  for (let at = 0; at < stored.length; at += 1) {
    const turned = stored.slice();
    turned[at] = (turned[at] ?? 0) ^ (1 << (at % 8));
    expect(await refusal(() => openSegment(key, turned))).toBe('integrity_failed');
  }
  for (let length = 0; length < stored.length; length += 1)
    expect(await refusal(() => openSegment(key, stored.slice(0, length)))).toBe('integrity_failed');
  expect(await refusal(() => openSegment(key, concat(stored, new Uint8Array(1))))).toBe('integrity_failed');
});

test('each sealing draws its own IV', async () => {
  const key = await deriveSegmentKey(await importCallKey(randomBytes(32)), binding);
  const [first, second] = [await sealSegment(key, randomBytes(4)), await sealSegment(key, randomBytes(4))];
  expect(first.subarray(0, 16)).not.toEqual(second.subarray(0, 16));
});

const u32s = fc.integer({ min: 0, max: 0xffff_ffff });
const bindings: fc.Arbitrary<SegmentBinding> = fc.record({
  tenant: fc.string({ unit: 'binary', maxLength: 6 }),
  call: fc.constantFrom<CallId[]>(createCallId(), createCallId()),
  rev: u32s,
  track: fc.string({ unit: 'binary', maxLength: 6 }),
  variant: fc.constantFrom<Variant[]>(0, 1, 2),
  index: u32s,
  total: u32s,
});

test('sealed and opened, any plaintext comes back, 32 bytes longer in storage', async () => {
  const callKey = await importCallKey(randomBytes(32));
  await fc.assert(
    fc.asyncProperty(bindings, fc.uint8Array({ maxLength: 300 }), async (place, data) => {
      const plaintext = Uint8Array.from(data);
      const key = await deriveSegmentKey(callKey, place);
      const stored = await sealSegment(key, plaintext);
      expect(stored.length).toBe(plaintext.length + SEAL_OVERHEAD_BYTES);
      expect(await openSegment(key, stored)).toEqual(plaintext);
    }),
  );
});

test('two bindings never share an info', () => {
  fc.assert(
    fc.property(bindings, bindings, (a, b) => {
      const same = toHex(segmentInfo(a)) === toHex(segmentInfo(b));
      expect(same).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});

test('what the tenant’s name ends with cannot pass for what follows it', () => {
  const inner = segmentInfo({ ...binding, tenant: 'ab', track: 'c' });
  const outer = segmentInfo({ ...binding, tenant: 'a', track: 'bc' });
  expect(toHex(inner)).not.toBe(toHex(outer));
});
