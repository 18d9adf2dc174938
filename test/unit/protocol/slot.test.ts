import {
  type Bytes,
  concat,
  DATA_PIECE_BYTES,
  deflateData,
  fromUtf8,
  openSegment,
  packData,
  padData,
  padmeBytes,
  padWithFreeBox,
  randomBytes,
  SEAL_OVERHEAD_BYTES,
  sealSegment,
  storedSegmentBytes,
  u32,
  unpackData,
  utf8,
} from '@secure-call/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import vectors from '../../vectors/slot.json' with { type: 'json' };
import { fromHex, toHex } from './hex.ts';
import { refusal } from './refusal.ts';
import { runs } from '../../support/run-counts.ts';

test.each(vectors.freeBox)(
  'vector: a free box to $storedBytes bytes',
  ({ segment, storedBytes, plaintext }) => {
    expect(toHex(padWithFreeBox(fromHex(segment), storedBytes))).toBe(plaintext);
  },
);

test.each(vectors.data)('vector: a data piece', async ({ text, compressed, storedBytes, plaintext }) => {
  expect(toHex(padData(fromHex(compressed), storedBytes))).toBe(plaintext);
  expect(fromUtf8(await unpackData(fromHex(plaintext)))).toBe(text);
});

test('vectors: stored lengths and Padmé', () => {
  expect(vectors.storedSegmentBytes.map(([n = 0]) => [n, storedSegmentBytes(n)])).toEqual(
    vectors.storedSegmentBytes,
  );
  expect(vectors.padme.map(([n = 0]) => [n, padmeBytes(n)])).toEqual(vectors.padme);
});

test('the longest segment fits its slot exactly, one byte more does not', () => {
  const stored = 2048;
  const longest = stored - SEAL_OVERHEAD_BYTES - 8;
  expect(storedSegmentBytes(longest)).toBe(stored);
  expect(storedSegmentBytes(longest + 1)).toBe(stored + 1024);
  expect(padWithFreeBox(new Uint8Array(longest), stored).length).toBe(stored - SEAL_OVERHEAD_BYTES);
  expect(() => padWithFreeBox(new Uint8Array(longest + 1), stored)).toThrow('does not fit its slot');
  expect(() => padWithFreeBox(new Uint8Array(stored), stored)).toThrow('does not fit its slot');
});

test('compressed data fits its slot exactly, one byte more does not', () => {
  const room = 1024 - SEAL_OVERHEAD_BYTES - 4;
  expect(padData(new Uint8Array(room), 1024).length).toBe(1024 - SEAL_OVERHEAD_BYTES);
  expect(() => padData(new Uint8Array(room + 1), 1024)).toThrow('does not fit its slot');
});

test('any segment padded, sealed and opened has one length and starts with itself', async () => {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
    'encrypt',
    'decrypt',
  ]);
  const largest = 3000;
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: largest }), async data => {
      const segment = Uint8Array.from(data);
      const stored = await sealSegment(key, padWithFreeBox(segment, storedSegmentBytes(largest)));
      expect(stored.length).toBe(storedSegmentBytes(largest));
      const plaintext = await openSegment(key, stored);
      expect(plaintext.subarray(0, segment.length)).toEqual(segment);
      const box = plaintext.subarray(segment.length);
      expect(box.subarray(0, 4)).toEqual(u32(box.length));
      expect(fromUtf8(box.subarray(4, 8))).toBe('free');
      expect(box.subarray(8).every(byte => byte === 0)).toBe(true);
    }),
    { numRuns: runs(50) },
  );
});

test('any piece packed and unpacked comes back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async data => {
      const piece = Uint8Array.from(data);
      const plaintext = await packData(piece, 4096);
      expect(plaintext.length).toBe(4096 - SEAL_OVERHEAD_BYTES);
      expect(await unpackData(plaintext)).toEqual(piece);
    }),
    { numRuns: runs(50) },
  );
});

test('a piece of 1 MiB is unpacked, one byte more is refused', async () => {
  const full = await deflateData(new Uint8Array(DATA_PIECE_BYTES));
  expect((await unpackData(padData(full, 65_536))).length).toBe(DATA_PIECE_BYTES);
  const more = await deflateData(new Uint8Array(DATA_PIECE_BYTES + 1));
  expect(await refusal(() => unpackData(padData(more, 65_536)))).toBe('integrity_failed');
});

/**
 * Raw deflate (RFC 1951 section 3.2.6) of `1 + 258 * 8 * rounds` zeros: one literal, then runs of 258 from distance 1.
 * Eight runs are 13 bytes, so any number of rounds is a repetition of those before the last.
 */
function bombOf(rounds: number): Bytes {
  const bits = `11000110000${'1100010100000'.repeat(16)}0000000`;
  const bytes = Uint8Array.from(bits.match(/.{1,8}/g) ?? [], byte =>
    Number.parseInt(Array.from(byte).reverse().join(''), 2),
  );
  const middle = new Uint8Array(13 * (rounds - 1));
  for (let round = 0; round < rounds - 1; round += 1) middle.set(bytes.subarray(2, 15), 13 * round);
  return concat(bytes.subarray(0, 2), middle, bytes.subarray(15));
}

const framed = (compressed: Bytes): Bytes => concat(u32(compressed.length), compressed);

test('a bomb of 1 GiB is refused', async () => {
  expect(await unpackData(framed(bombOf(10)))).toEqual(new Uint8Array(1 + 258 * 8 * 10));
  const rounds = Math.ceil(2 ** 30 / (258 * 8));
  expect(await refusal(() => unpackData(framed(bombOf(rounds))))).toBe('integrity_failed');
});

test.each([
  ['nothing', new Uint8Array(0)],
  ['less than a length', new Uint8Array(3)],
  ['a length beyond the end', concat(u32(9), new Uint8Array(8))],
  ['the largest length', concat(u32(0xffff_ffff), new Uint8Array(8))],
  ['what is not deflate', concat(u32(4), Uint8Array.of(255, 255, 255, 255))],
  ['no data at all', new Uint8Array(16)],
])('a data piece that holds %s is refused', async (_, plaintext) => {
  expect(await refusal(() => unpackData(plaintext))).toBe('integrity_failed');
});

test('a data piece cut short inside its compressed data is refused', async () => {
  const compressed = await deflateData(utf8('a text that is long enough to be cut'));
  const cut = compressed.subarray(0, compressed.length - 3);
  const plaintext = concat(u32(cut.length), cut, new Uint8Array(100));
  expect(await refusal(() => unpackData(plaintext))).toBe('integrity_failed');
});

test('a length beyond the end is refused, even before data that is whole', async () => {
  const compressed = await deflateData(utf8('whole'));
  for (const more of [1, 4, 100]) {
    const plaintext = concat(u32(compressed.length + more), compressed);
    expect(await refusal(() => unpackData(plaintext))).toBe('integrity_failed');
  }
});

test('a view into a larger buffer is read from its own start', async () => {
  const plaintext = await packData(utf8('here'), 1024);
  const within = concat(randomBytes(7), plaintext).subarray(7);
  expect(fromUtf8(await unpackData(within))).toBe('here');
});

/** Padmé with whole numbers only, so that no rounding of logarithms can hide in both. */
function padmeReference(bytes: number): number {
  const size = BigInt(bytes);
  const exponent = size.toString(2).length - 1;
  const mask = (1n << BigInt(exponent - exponent.toString(2).length)) - 1n;
  return Number((size + mask) & ~mask);
}

const sizes = fc.oneof(
  fc.integer({ min: 2, max: 2 ** 40 }),
  fc
    .tuple(fc.integer({ min: 2, max: 46 }), fc.integer({ min: -1, max: 1 }))
    .map(([bits, by]) => 2 ** bits + by),
);

test('Padmé adds at most 12 %, never shrinks, never crosses, and is what its authors define', () => {
  fc.assert(
    fc.property(sizes, size => {
      const padded = padmeBytes(size);
      expect(padded).toBe(padmeReference(size));
      expect(padded).toBeGreaterThanOrEqual(size);
      expect(padded).toBeLessThanOrEqual(size * 1.12);
      expect(padmeBytes(size + 1)).toBeGreaterThanOrEqual(padded);
      expect(padmeBytes(padded)).toBe(padded);
    }),
    { numRuns: runs(500) },
  );
  expect([0, 1].map(padmeBytes)).toEqual([0, 1]);
});
