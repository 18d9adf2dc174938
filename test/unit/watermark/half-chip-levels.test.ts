import { describe, expect, test } from 'vitest';
import { EnergySums, HALF_CHIP_ROWS } from '../../../packages/watermark/src/detector/half-chip-levels.ts';
import { BAND_COUNT } from '../../../packages/watermark/src/tile-grid.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';

const ROWS = 100;
const random = seededRandom('energies');
const values = Float64Array.from({ length: ROWS * BAND_COUNT }, () => Math.exp(3 * random.normal()));
const sums = new EnergySums({ rowCount: ROWS, values });

/** Energy between two moments, each row spread evenly over its 4 ms, in dB. */
function plainLevel(from: number, to: number, band: number): number {
  let energy = 0;
  for (let row = 0; row < ROWS; row += 1) {
    const share = Math.min(to, row + 1) - Math.max(from, row);
    if (share > 0) energy += share * (values[row * BAND_COUNT + band] as number);
  }
  return 10 * Math.log10(Math.max(energy, 1e-12));
}

test('half a chip is 24 ms', () => {
  expect(HALF_CHIP_ROWS).toBe(6);
});

describe.each([
  [0, 1],
  [1, 1],
  [5, 1],
  [0.37, 1],
  [0, 1.05],
  [2 / 0.95, 0.95],
  [3.3, 0.94],
  [95, 1],
  [99.5, 1],
  [100, 1],
])('from row %s at tempo %s', (firstRow, tempo) => {
  const levels = sums.levels(firstRow, tempo);
  const rows = 6 / tempo;

  test('there are as many half chips as fit', () => {
    expect(levels.rowCount).toBe(Math.floor((ROWS - firstRow) / rows));
    expect(levels.values).toHaveLength(levels.rowCount * BAND_COUNT);
    expect(levels.quarters).toHaveLength(2 * levels.rowCount * BAND_COUNT);
  });

  test('levels are those of the sums over their time', () => {
    for (let half = 0; half < levels.rowCount; half += 1)
      for (let band = 0; band < BAND_COUNT; band += 1) {
        const from = firstRow + half * rows;
        expect(levels.values[half * BAND_COUNT + band]).toBeCloseTo(plainLevel(from, from + rows, band), 3);
        const quarters = [0, 1].map(quarter => levels.quarters[(2 * half + quarter) * BAND_COUNT + band]);
        expect(quarters[0]).toBeCloseTo(plainLevel(from, from + rows / 2, band), 3);
        expect(quarters[1]).toBeCloseTo(plainLevel(from + rows / 2, from + rows, band), 3);
      }
  });
});

test('silence has the least level, also behind loud sound', () => {
  const loud = values.map((energy, at) => (at < 50 * BAND_COUNT ? 1e6 * energy : 0));
  const levels = new EnergySums({ rowCount: ROWS, values: loud }).levels(0);
  expect([...levels.values.subarray(-BAND_COUNT)]).toEqual(Array(BAND_COUNT).fill(-120));
});

test('nothing has no levels', () => {
  expect(new EnergySums({ rowCount: 0, values: new Float64Array(0) }).levels(5).rowCount).toBe(0);
});
