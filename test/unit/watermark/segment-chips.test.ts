import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  chipsPerSegment,
  ChipSource,
  type SegmentChips,
  segmentStartSeconds,
} from '../../../packages/watermark/src/segment-chips.ts';
import { BAND_COUNT, isClientBand } from '../../../packages/watermark/src/tile-grid.ts';
import vectors from '../../vectors/segment-chips.json' with { type: 'json' };
import { keyFrom } from './sounds.ts';

const layout = { sampleRateHz: 48_000, segmentSamples: 94 * 1024, primingSamples: 1024 };
const sha256 = (bytes: NodeJS.ArrayBufferView): string => createHash('sha256').update(bytes).digest('hex');
const chipsOf = async (seed: string, index: number): Promise<SegmentChips> =>
  (await ChipSource.of(keyFrom(seed), layout)).segment(index);

describe('chips are those of an independent reading', () => {
  test.each(vectors)('of segment $index of a call at $layout.sampleRateHz Hz', async vector => {
    const source = await ChipSource.of(Uint8Array.from(Buffer.from(vector.seed, 'hex')), vector.layout);
    const { chipCount, common, varying } = await source.segment(vector.index);
    expect(chipCount).toBe(vector.chipCount);
    expect([...common.subarray(0, BAND_COUNT)]).toEqual(vector.firstCommon);
    expect([...varying.subarray(0, BAND_COUNT)]).toEqual(vector.firstVarying);
    expect(sha256(common)).toBe(vector.commonSha256);
    expect(sha256(varying)).toBe(vector.varyingSha256);
  });
});

test('every tile of a forensic band is either common or varying; bands of the other mark are left alone', async () => {
  const { chipCount, common, varying } = await chipsOf('a call', 3);
  expect(chipCount).toBe(41);
  for (let tile = 0; tile < chipCount * BAND_COUNT; tile += 1) {
    const kinds = Math.abs(common[tile] as number) + 2 * Math.abs(varying[tile] as number);
    expect(isClientBand(tile % BAND_COUNT) ? [0] : [1, 2]).toContain(kinds);
  }
});

// 65,600 tiles: five standard deviations of chance are 0.9 % of the share and 1 % of the signs.
test('30 % are common, and signs are as often up as down', async () => {
  const source = await ChipSource.of(keyFrom('a call'), layout);
  const segments = await Promise.all(Array.from({ length: 200 }, (_, index) => source.segment(index + 1)));
  const tiles = segments.length * 41 * 8;
  const total = (kind: 'common' | 'varying', of: (sign: number) => number): number =>
    segments.reduce((sum, chips) => sum + chips[kind].reduce((one, sign) => one + of(sign), 0), 0);
  expect(Math.abs(total('common', Math.abs) / tiles - 0.3)).toBeLessThan(0.009);
  expect(Math.abs(total('common', Number) / tiles)).toBeLessThan(0.011);
  expect(Math.abs(total('varying', Number) / tiles)).toBeLessThan(0.017);
});

/** Share of tiles in which two segments have the same sign, of those where both have one of a kind. */
function agreement(first: SegmentChips, second: SegmentChips): number {
  let both = 0;
  let same = 0;
  for (let tile = 0; tile < first.varying.length; tile += 1) {
    const product = (first.varying[tile] as number) * (second.varying[tile] as number);
    if (product !== 0) both += 1;
    if (product > 0) same += 1;
  }
  return same / both;
}

test('no segment repeats another, of this call or of one whose seed differs in one bit', async () => {
  const here = await chipsOf('a call', 1);
  expect(agreement(here, await chipsOf('a call', 1))).toBe(1);
  const seed = keyFrom('a call');
  seed[31] = (seed[31] as number) ^ 1;
  const others = await Promise.all([
    chipsOf('a call', 2),
    chipsOf('a call', 21_600),
    chipsOf('a call', 2 ** 32 + 1),
    (await ChipSource.of(seed, layout)).segment(1),
  ]);
  // About 160 tiles have a sign in both: five standard deviations are 0.2.
  for (const other of others) expect(Math.abs(agreement(here, other) - 0.5)).toBeLessThan(0.2);
});

test('a segment holds as many whole chips as fit, from its first sample on', () => {
  expect(chipsPerSegment(layout)).toBe(41);
  expect(chipsPerSegment({ ...layout, sampleRateHz: 8000, segmentSamples: 16 * 1024 })).toBe(42);
  expect(chipsPerSegment({ ...layout, segmentSamples: 96_000 })).toBe(41);
  // 2304 samples are one chip at 48 kHz, exactly.
  expect(chipsPerSegment({ ...layout, segmentSamples: 40 * 2304 })).toBe(40);
  expect(segmentStartSeconds(layout, 1)).toBeCloseTo(-1024 / 48_000, 12);
  expect(segmentStartSeconds(layout, 3)).toBeCloseTo((2 * 94 * 1024 - 1024) / 48_000, 12);
});

test.each([0, 31, 33])('a seed of %s bytes is refused', async length => {
  await expect(ChipSource.of(new Uint8Array(length), layout)).rejects.toThrow(RangeError);
});
