import {
  concat,
  equalBytes,
  fromBase64url,
  fromUtf8,
  lengthPrefixed,
  randomBytes,
  sha256,
  sha256Base64url,
  toBase64url,
  u32,
  utf8,
} from '@secure-call/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromHex, toHex } from './hex.ts';
import { refusal } from './refusal.ts';

test('base64url: what is written is read back, and only that spelling is taken', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), bytes => {
      const text = toBase64url(bytes);
      expect(text).toMatch(/^[A-Za-z0-9_-]*$/);
      expect(fromBase64url(text)).toEqual(bytes);
    }),
  );
});

test.each([
  ['padding', 'AA=='],
  ['bits that no byte carries', 'AB'],
  ['a space', 'AA AA'],
  ['a newline at the end', 'AAAA\n'],
  ['the other alphabet', '+/+/'],
  ['a lone character', 'A'],
  ['no base64 at all', 'é*'],
])('base64url with %s is refused', async (_, text) => {
  expect(await refusal(() => fromBase64url(text))).toBe('request_invalid');
});

test('UTF-8 that is not UTF-8 is refused, not patched', () => {
  expect(fromUtf8(utf8('Østfold'))).toBe('Østfold');
  expect(() => fromUtf8(Uint8Array.of(0xff))).toThrow(TypeError);
});

test('u32 is big-endian and does not wrap', () => {
  expect(toHex(u32(0x01020304))).toBe('01020304');
  expect(toHex(u32(0xffff_ffff))).toBe('ffffffff');
  for (const value of [-1, 2 ** 32, 0.5, Number.NaN]) expect(() => u32(value)).toThrow(RangeError);
});

test('LP counts bytes, not characters, up to 65535', async () => {
  expect(toHex(lengthPrefixed('é'))).toBe('0002c3a9');
  expect(toHex(lengthPrefixed(''))).toBe('0000');
  expect(lengthPrefixed('a'.repeat(65_535)).length).toBe(65_537);
  expect(toHex(lengthPrefixed('a'.repeat(65_535)).subarray(0, 2))).toBe('ffff');
  expect(await refusal(() => lengthPrefixed('a'.repeat(65_536)))).toBe('request_invalid');
  expect(await refusal(() => lengthPrefixed('é'.repeat(32_768)))).toBe('request_invalid');
});

test('SHA-256 of "abc" is FIPS 180-4’s', async () => {
  const digest = fromHex('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(await sha256(utf8('abc'))).toEqual(digest);
  expect(await sha256Base64url('abc')).toBe(toBase64url(digest));
  expect(await sha256Base64url(utf8('abc'))).toBe(toBase64url(digest));
});

test('equalBytes compares length and every byte', () => {
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false);
  expect(equalBytes(Uint8Array.of(1), Uint8Array.of(1, 2))).toBe(false);
  expect(equalBytes(Uint8Array.of(1, 2), Uint8Array.of(1))).toBe(false);
});

test('concat keeps order, randomBytes keeps length and does not repeat', () => {
  expect(concat(Uint8Array.of(1), new Uint8Array(0), Uint8Array.of(2, 3))).toEqual(Uint8Array.of(1, 2, 3));
  expect(randomBytes(16).length).toBe(16);
  expect(randomBytes(16)).not.toEqual(randomBytes(16));
});
