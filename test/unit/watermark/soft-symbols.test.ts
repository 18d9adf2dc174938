import { describe, expect, test } from 'vitest';
import type { ChipRatios } from '../../../packages/watermark/src/detector/chip-ratios.ts';
import { correlate } from '../../../packages/watermark/src/detector/id-decoder.ts';
import { SoftSymbols } from '../../../packages/watermark/src/detector/soft-symbols.ts';
import { patternOf } from '../../../packages/watermark/src/client-pattern.ts';
import { keyedTiles, SYNC } from '../../../packages/watermark/src/keyed-tiles.ts';
import { BAND_COUNT, PERIOD_CHIPS } from '../../../packages/watermark/src/tile-grid.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { keyFrom, largestDifference } from './sounds.ts';
import { meaninglessRatios, repeatedRatios } from './synthetic-ratios.ts';

const tiles = await keyedTiles(keyFrom('soft symbols'));
const random = seededRandom('soft symbols');
const [ratios] = meaninglessRatios(300, 1, random) as [ChipRatios];

function added(given: ChipRatios, from: number, count: number, column: number): SoftSymbols {
  const soft = new SoftSymbols();
  soft.add(tiles, given, from, count, column);
  return soft;
}

/** Reads `count` chips one by one. */
function plainSums(
  from: number,
  count: number,
  column: number,
): { sums: number[]; sync: number; energy: number } {
  const result = { sums: Array<number>(192).fill(0), sync: 0, energy: 0 };
  for (let index = 0; index < count && from + index < ratios.chipCount; index += 1)
    for (let band = 0; band < BAND_COUNT; band += 1) {
      const tile = ((column + index) % PERIOD_CHIPS) * BAND_COUNT + band;
      const ratio = ratios.values[(from + index) * BAND_COUNT + band] as number;
      const role = tiles.roles[tile] as number;
      const signed = ratio * (tiles.chips[tile] as number);
      if (role === SYNC) result.sync += signed;
      else if (role >= 0) result.sums[role] = (result.sums[role] as number) + signed;
      result.energy += ratio ** 2;
    }
  return result;
}

describe.each([
  [0, 300, 0],
  [17, 40, 1000],
  [0, 300, PERIOD_CHIPS - 100],
  [290, 100, 5],
])('from chip %s, %s chips, at column %s', (from, count, column) => {
  test('symbols have the sums of their tiles', () => {
    const soft = added(ratios, from, count, column);
    const expected = plainSums(from, count, column);
    expect(largestDifference(soft.sums, expected.sums)).toBeLessThan(1e-9);
    expect(soft.sync).toBeCloseTo(expected.sync, 9);
    expect(soft.energy).toBeCloseTo(expected.energy, 9);
  });
});

test('pieces add up to the whole', () => {
  const soft = new SoftSymbols();
  soft.add(tiles, ratios, 0, 100, 50);
  soft.add(tiles, ratios, 100, 200, 150);
  const whole = added(ratios, 0, Infinity, 50);
  expect(largestDifference(soft.sums, whole.sums)).toBeLessThan(1e-9);
  expect(soft.energy).toBeCloseTo(whole.energy, 9);
});

test('chips that say what the pattern of an id has fit by the root of their number', () => {
  const pattern = patternOf(tiles, 4711);
  const values = Float32Array.from({ length: 100 * BAND_COUNT }, (_, at) => pattern[at] as number);
  const soft = added({ chipCount: 100, values }, 0, Infinity, 0);
  expect(soft.fit(correlate(soft.sums, 4711))).toBeCloseTo(Math.sqrt(1600), 6);
  // All of 1600 signs as they should be.
  expect(soft.evidence(correlate(soft.sums, 4711))).toBeCloseTo(1600 * Math.LN2, -1);
});

// The bound rests on independent signs. A tile that is read twice has one sign only, whatever is read there.
describe('what is read from a tile twice does not count as two tiles', () => {
  test.each([2, 5])('the same sound %s times is as much evidence as once', times => {
    const once = added(ratios, 0, Infinity, 7);
    const repeated = repeatedRatios([ratios], times)[0] as ChipRatios;
    const soft = new SoftSymbols();
    for (let time = 0; time < times; time += 1) soft.add(tiles, repeated, time * 300, 300, 7);
    expect(once.evidence(500)).toBeGreaterThan(1);
    expect(soft.evidence(times * 500)).toBeCloseTo(once.evidence(500), 6);
    expect(soft.fit(correlate(soft.sums, 99))).toBeCloseTo(once.fit(correlate(once.sums, 99)), 6);
  });

  test('so does sound that is repeated after a period', () => {
    const [period] = meaninglessRatios(PERIOD_CHIPS, 0.5, random) as [ChipRatios];
    const once = added(period, 0, Infinity, 123);
    const twice = added(repeatedRatios([period], 2)[0] as ChipRatios, 0, Infinity, 123);
    expect(twice.fit(correlate(twice.sums, 99))).toBeCloseTo(once.fit(correlate(once.sums, 99)), 6);
  });
});

test('no sound is no evidence', () => {
  const soft = new SoftSymbols();
  expect(soft.fit(correlate(soft.sums, 1))).toBe(0);
  expect(soft.evidence(correlate(soft.sums, 1))).toBe(0);
});
