import { describe, expect, test } from 'vitest';
import { ChipContext, PATCH_SIZE } from '../../../packages/watermark/src/detector/chip-context.ts';
import { INPUT_SIZE } from '../../../packages/watermark/src/detector/chip-network.ts';
import { BAND_COUNT } from '../../../packages/watermark/src/tile-grid.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';

const ROWS = 83;
const random = seededRandom('levels around chips');

/** Levels of quarters of chips, two to a half. */
const grid = Array.from({ length: 2 * ROWS }, (_, row) =>
  Array.from(
    { length: BAND_COUNT },
    (_band, band) => -10 - band + 12 * Math.sin(row / 18) + 9 * random.normal() - (row % 62 > 54 ? 70 : 0),
  ),
);

const together = (one: number, other: number): number =>
  10 * Math.log10(10 ** (one / 10) + 10 ** (other / 10));

const halvesOf = (quarters: readonly (readonly number[])[]): number[][] =>
  Array.from({ length: quarters.length / 2 }, (_, half) =>
    (quarters[2 * half] as number[]).map((level, band) =>
      together(level, quarters[2 * half + 1]?.[band] as number),
    ),
  );

const contextOf = (quarters: readonly (readonly number[])[]): ChipContext =>
  new ChipContext({
    rowCount: quarters.length / 2,
    values: Float32Array.from(halvesOf(quarters).flat()),
    quarters: Float32Array.from(quarters.flat()),
  });

function read(context: ChipContext, chip: number, band: number): { patch: number[]; around: number[] } {
  const inputs = new Float32Array(INPUT_SIZE + 2).fill(Number.NaN);
  context.read(chip, band, inputs, 1);
  expect([inputs[0], inputs[INPUT_SIZE + 1]]).toEqual([Number.NaN, Number.NaN]);
  return { patch: [...inputs.subarray(1, PATCH_SIZE + 1)], around: [...inputs.subarray(PATCH_SIZE + 1, -1)] };
}

const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const ranked = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * share)] as number;

/** What the network is told of a chip, written down without any table made beforehand. */
function plainRead(
  quarters: readonly (readonly number[])[],
  chip: number,
  band: number,
): { patch: number[]; around: number[] } {
  const rows = halvesOf(quarters);
  const reference = ranked(
    rows.map(row => Math.max(...row)),
    0.9,
  );
  const level = (row: number, at: number): number =>
    Math.max(-65, (rows[clamp(row, 0, rows.length - 1)]?.[clamp(at, 0, 23)] as number) - reference);
  const floorOf = (at: number): number =>
    ranked(
      rows.map((_, row) => level(row, at)),
      0.1,
    );
  const envelope: number[] = [];
  for (let row = 0; row < rows.length; row += 1) {
    const loudest = Math.max(...Array.from({ length: 24 }, (_, at) => level(row, at)));
    envelope.push(Math.max(loudest, (envelope[row - 1] ?? -65) - 2.5));
  }
  /** As loud as a half that goes on like this quarter. */
  const quarterLevel = (row: number, at: number): number =>
    Math.max(
      -65,
      (quarters[clamp(row, 0, quarters.length - 1)]?.[clamp(at, 0, 23)] as number) +
        10 * Math.log10(2) -
        reference,
    );
  const levels = [
    ...Array.from({ length: 70 }, (_, index) =>
      level(chip - 4 + Math.floor(index / 7), band - 3 + (index % 7)),
    ),
    ...Array.from({ length: 27 }, (_, index) =>
      quarterLevel(2 * chip - 2 + Math.floor(index / 3), band - 1 + (index % 3)),
    ),
  ];
  const centre = mean(levels);
  const deviation = Math.sqrt(mean(levels.map(value => (value - centre) ** 2)));
  const [first, second, floor] = [level(chip, band), level(chip + 1, band), floorOf(band)];
  const [before, after] = [envelope[chip] as number, envelope[chip + 1] as number];
  const around = [
    centre / 20 + 1,
    ((first + second) / 2 - floor) / 15 - 1,
    (Math.max(before, after) - (first + second) / 2) / 15 - 1,
    (2 * band) / 23 - 1,
    deviation / 4 - 1,
    (second - floor) / 15 - 1,
    (first - floor) / 15 - 1,
    (after - before) / 10,
    floor / 20 + 2,
    mean(Array.from({ length: 24 }, (_, at) => floorOf(at))) / 20 + 2,
  ];
  return { patch: levels.map(value => (value - centre) / 8), around };
}

const largest = (first: readonly number[], second: readonly number[]): number =>
  Math.max(...first.map((value, index) => Math.abs(value - (second[index] as number))));

test.each([
  [0, 0],
  [0, 23],
  [3, 1],
  [40, 12],
  [56, 22],
  [ROWS - 2, 0],
  [ROWS - 2, 23],
])('what is read around half chip %s in band %s is what is there', (chip, band) => {
  const actual = read(contextOf(grid), chip, band);
  const expected = plainRead(grid, chip, band);
  expect(actual.patch).toHaveLength(97);
  expect(largest(actual.patch, expected.patch)).toBeLessThan(1e-4);
  expect(largest(actual.around, expected.around)).toBeLessThan(1e-4);
});

test('volume does not matter', () => {
  const louder = grid.map(row => row.map(level => level + 37));
  for (const chip of [0, 30, 70]) {
    const [one, other] = [read(contextOf(grid), chip, 5), read(contextOf(louder), chip, 5)];
    expect(largest(one.patch, other.patch)).toBeLessThan(1e-4);
    expect(largest(one.around, other.around)).toBeLessThan(1e-4);
  }
});

describe('short sound', () => {
  test.each([
    [0, 0],
    [1, 0],
    [2, 1],
    [3, 2],
  ])('of %s half chips has %s chips', (rows, chips) => {
    expect(contextOf(grid.slice(0, 2 * rows)).chipCount).toBe(chips);
  });

  test('of one chip can be read', () => {
    const { patch, around } = read(contextOf(grid.slice(0, 4)), 0, 0);
    expect([...patch, ...around].every(Number.isFinite)).toBe(true);
  });
});

test('silence is read as numbers', () => {
  const silent = Array.from({ length: 80 }, () => Array<number>(BAND_COUNT).fill(-120));
  const { patch, around } = read(contextOf(silent), 10, 10);
  // Quarters and halves of digital silence differ by what is added to quarters; the network sees no more than that.
  expect(patch.every(value => Math.abs(value) < 0.5)).toBe(true);
  expect(around.every(Number.isFinite)).toBe(true);
});
