import { describe, expect, test } from 'vitest';
import { TileGains } from '../../../packages/watermark/src/tile-gains.ts';
import { BAND_COUNT, CHIP_SECONDS, PERIOD_CHIPS } from '../../../packages/watermark/src/tile-grid.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { plainGain } from './plain-embedder.ts';

const random = seededRandom('tile gains');
const mixed = Int8Array.from({ length: PERIOD_CHIPS * BAND_COUNT }, () => random.below(3) - 1);

function gainsAt(pattern: Int8Array<ArrayBuffer>, seconds: number): Float64Array {
  const gains = new Float64Array(BAND_COUNT).fill(Number.NaN);
  new TileGains(pattern).at(seconds, gains);
  return gains;
}

/** A pattern with one tile that is not 0. */
function single(column: number, band: number, chip: -1 | 1): Int8Array<ArrayBuffer> {
  const pattern = new Int8Array(PERIOD_CHIPS * BAND_COUNT);
  pattern[column * BAND_COUNT + band] = chip;
  return pattern;
}

test('gains are those of the plain formula, at any time', () => {
  const times = [
    0,
    -0.001,
    CHIP_SECONDS / 2,
    196.607,
    196.608,
    -500,
    ...Array.from({ length: 300 }, () => 400 * random.uniform() - 200),
  ];
  for (const seconds of times) {
    const gains = gainsAt(mixed, seconds);
    for (let band = 0; band < BAND_COUNT; band += 1) {
      expect(gains[band]).toBeCloseTo(plainGain(mixed, seconds, band), 9);
    }
  }
});

describe('a chip', () => {
  const gain = (seconds: number): number => gainsAt(single(2, 5, 1), 2 * CHIP_SECONDS + seconds)[5] as number;

  test('goes up for its first half, down for its second, and is nothing outside', () => {
    expect([gain(-0.005), gain(0.012), gain(0.036), gain(0.053)].map(value => value + 0)).toEqual([
      0, 1, -1, 0,
    ]);
  });

  test('moves from one to the other in 8 ms', () => {
    expect(gain(0)).toBeCloseTo(0.5, 9);
    expect(gain(0.022)).toBeCloseTo(0.5, 9);
    expect(gain(0.024)).toBeCloseTo(0, 9);
    expect(gain(0.026)).toBeCloseTo(-0.5, 9);
    expect(gain(0.048)).toBeCloseTo(-0.5, 9);
  });

  test('of -1 is the reverse', () => {
    expect(gainsAt(single(2, 5, -1), 2 * CHIP_SECONDS + 0.012)[5]).toBe(-1);
  });

  test('touches no other band', () => {
    const others = gainsAt(single(2, 5, 1), 2 * CHIP_SECONDS + 0.012).filter((_, band) => band !== 5);
    expect(others.every(value => value === 0)).toBe(true);
  });
});

test('a chip above another takes off 0.3 of it, and keeps its mean size', () => {
  const pattern = single(0, 5, 1);
  pattern[6] = 1;
  expect(gainsAt(pattern, 0.012)[6]).toBeCloseTo(0.7 / Math.sqrt(1.09), 12);
  pattern[6] = -1;
  expect(gainsAt(pattern, 0.012)[6]).toBeCloseTo(-1.3 / Math.sqrt(1.09), 12);
});

test('the pattern repeats after its period, backwards too', () => {
  const period = PERIOD_CHIPS * CHIP_SECONDS;
  const now = gainsAt(mixed, 12.345);
  for (const seconds of [12.345 + period, 12.345 - period, 12.345 - 3 * period]) {
    gainsAt(mixed, seconds).forEach((value, band) => expect(value).toBeCloseTo(now[band] as number, 6));
  }
});

test.each([0, 24, PERIOD_CHIPS * BAND_COUNT - 1])('a pattern of %s values is refused', length => {
  expect(() => new TileGains(new Int8Array(length))).toThrow(RangeError);
});
