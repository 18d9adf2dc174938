import { expect, test } from 'vitest';
import { ChipSource, segmentStartSeconds } from '../../../packages/watermark/src/segment-chips.ts';
import { SegmentGains } from '../../../packages/watermark/src/segment-gains.ts';
import { BAND_COUNT, FORENSIC_BANDS, isClientBand } from '../../../packages/watermark/src/tile-grid.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { plainVariantGain } from './plain-segments.ts';
import { keyFrom } from './sounds.ts';

/** Two seconds of AAC frames, and a segment that chips fill to its last sample. */
const aac = { sampleRateHz: 48_000, segmentSamples: 94 * 1024, primingSamples: 1024 };
const full = { sampleRateHz: 48_000, segmentSamples: 30 * 2304, primingSamples: 0 };

const gainsAt = (gains: SegmentGains, seconds: number): [Float64Array, Float64Array] => {
  const sides: [Float64Array, Float64Array] = [new Float64Array(BAND_COUNT), new Float64Array(BAND_COUNT)];
  gains.at(seconds, sides);
  return sides;
};

test.each([aac, full])('gains are those of the plain formula, at any time: %o', async layout => {
  const source = await ChipSource.of(keyFrom('gains'), layout);
  const segments = await Promise.all([1, 2, 3].map(index => source.segment(index)));
  const gains = new SegmentGains(layout);
  segments.forEach((chips, place) => gains.supply(place + 1, chips));
  const random = seededRandom('segment gains');
  const ends = [1, 2, 3].map(index => segmentStartSeconds(layout, index));
  const borders = ends.flatMap(end => [-0.004, -0.001, 0, 0.002, 0.005].map(away => end + away));
  const times = [...borders, ...Array.from({ length: 200 }, () => random.uniform() * 4)];
  for (const seconds of times) {
    const [a, b] = gainsAt(gains, seconds);
    for (const band of FORENSIC_BANDS) {
      expect(a[band]).toBeCloseTo(plainVariantGain(layout, segments, 1, seconds, band), 9);
      expect(b[band]).toBeCloseTo(plainVariantGain(layout, segments, -1, seconds, band), 9);
    }
    const others = a.filter((_, band) => isClientBand(band));
    expect(others.every(gain => gain === 0)).toBe(true);
  }
});

test('what is left at the end of a segment carries nothing', async () => {
  const source = await ChipSource.of(keyFrom('gains'), aac);
  const gains = new SegmentGains(aac);
  for (const index of [1, 2]) gains.supply(index, await source.segment(index));
  // 41 chips are 1.968 s, the segment 2.0053 s.
  for (const into of [1.973, 1.99, 2.0]) {
    const sides = gainsAt(gains, segmentStartSeconds(aac, 1) + into);
    for (const side of sides) expect([...new Set(side.map(Math.abs))]).toEqual([0]);
  }
});

test('a moment belongs to the segment that holds its sample', () => {
  const gains = new SegmentGains(aac);
  const start = segmentStartSeconds(aac, 2);
  expect([start - 1e-6, start + 1e-6].map(seconds => gains.segmentAt(seconds))).toEqual([1, 2]);
  expect(gains.segmentAt(-5)).toBe(1);
});

test('without the chips of a moment nothing is marked at a guess', async () => {
  const gains = new SegmentGains(aac);
  expect(() => gainsAt(gains, 1)).toThrow('The chips of segment 1 were not supplied.');
  const source = await ChipSource.of(keyFrom('gains'), aac);
  for (let index = 1; index <= 9; index += 1) gains.supply(index, await source.segment(index));
  expect([6, 7, 8, 9, 10].filter(index => gains.has(index))).toEqual([7, 8, 9]);
});
