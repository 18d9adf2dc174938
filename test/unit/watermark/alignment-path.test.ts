import { describe, expect, test } from 'vitest';
import {
  alignmentAt,
  alignmentPath,
  jumpsOf,
  OFFSET_COUNT,
  pathNats,
} from '../../../packages/watermark/src/detector/alignment-path.ts';
import type { ChipRatios } from '../../../packages/watermark/src/detector/chip-ratios.ts';
import { Pilot } from '../../../packages/watermark/src/detector/pilot.ts';
import { patternOf } from '../../../packages/watermark/src/client-pattern.ts';
import { keyedTiles } from '../../../packages/watermark/src/keyed-tiles.ts';
import { BAND_COUNT, PERIOD_CHIPS } from '../../../packages/watermark/src/tile-grid.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { keyFrom } from './sounds.ts';
import { meaninglessRatios, syntheticRatios } from './synthetic-ratios.ts';

const pattern = patternOf(await keyedTiles(keyFrom('paths')), 0xfeed_f00d);
const pilot = new Pilot();
pilot.take(pattern);

/** Rows of a window of four chips. */
const WINDOW_ROWS = 48;

/** The path through sound with these offsets, each from a row on. */
function pathThrough(pieces: readonly (readonly [number, number])[], chipCount: number): Int32Array {
  const random = seededRandom('pieces');
  const offset = (row: number): number => pieces.findLast(([from]) => row >= from)?.[1] ?? 0;
  return alignmentPath(syntheticRatios({ pattern, chipCount, offset, strength: 0.4, random }), pilot);
}

/** Farthest from an offset, in rows, that part of a path goes. A row is 4 ms: a sixth of half a chip. */
const strayed = (path: Int32Array, offset: number): number =>
  path.reduce((most, place) => {
    const away = Math.abs(place - offset);
    return Math.max(most, Math.min(away, OFFSET_COUNT - away));
  }, 0);

describe('a path follows', () => {
  test.each([0, 1, 12, 4321, 49_140, 49_151])('uncut sound that begins at row %s', offset => {
    expect(strayed(pathThrough([[0, offset]], 60), offset)).toBeLessThanOrEqual(1);
  });

  test.each([
    ['a pause that was cut out', 5000, 5200],
    ['a pause that was put in', 5000, 4700],
    ['another part of the mark', 5000, 25_000],
    ['a piece across the end of the period', 49_000, 49_100],
    ['a jump across the end of the period', 49_100, 30],
    ['a jump back across it', 30, 49_100],
  ])('%s', (_, first, second) => {
    const path = pathThrough(
      [
        [0, first],
        [10 * WINDOW_ROWS, second],
      ],
      100,
    );
    expect(path).toHaveLength(25);
    expect(strayed(path.subarray(0, 9), first)).toBeLessThanOrEqual(1);
    expect(strayed(path.subarray(11), second)).toBeLessThanOrEqual(1);
  });

  test('many cuts', () => {
    const pieces = [1000, 1300, 9000, 8800, 40_000].map(
      (offset, piece) => [piece * 8 * WINDOW_ROWS, offset] as const,
    );
    const path = pathThrough(pieces, 160);
    const wrong = path.filter((offset, window) => offset !== pieces[Math.floor(window / 8)]?.[1]).length;
    expect(wrong).toBeLessThan(6);
    expect(jumpsOf(path)).toEqual({ pause: 0, near: 2, far: 2 });
  });
});

/** Agreement of one window read at an offset with the pattern, halved: a log-likelihood. */
function windowNats(phases: readonly ChipRatios[], window: number, offset: number): number {
  const { phase, column } = alignmentAt(offset);
  const { values } = phases[phase] as ChipRatios;
  let sum = 0;
  for (let chip = 4 * window; chip < 4 * window + 4; chip += 1)
    for (let band = 0; band < BAND_COUNT; band += 1) {
      const sign = pattern[((column + chip) % PERIOD_CHIPS) * BAND_COUNT + band] as number;
      sum += sign * (values[chip * BAND_COUNT + band] as number);
    }
  return sum / 2;
}

/** How many blocks of so many offsets lie between two offsets, counted forwards. */
const blocksBetween = (from: number, to: number, rows: number): number =>
  (Math.floor(to / rows) - Math.floor(from / rows) + OFFSET_COUNT / rows) % (OFFSET_COUNT / rows);

/** Within a block of 128 or to the next it may have been a pause; within a block of 512 or to one beside it a jump is near. */
const jumpNats = (from: number, to: number): number => {
  if (from === to) return 0;
  if (blocksBetween(from, to, 128) <= 1) return 6;
  return [0, 1, OFFSET_COUNT / 512 - 1].includes(blocksBetween(from, to, 512)) ? 8 : 12;
};

test('no way through three windows is likelier: tried out for the ends of every pair', () => {
  const phases = meaninglessRatios(12, 1.2, seededRandom('three windows'));
  const nats = [0, 1, 2].map(window =>
    Float64Array.from({ length: OFFSET_COUNT }, (_, offset) => windowNats(phases, window, offset)),
  );
  const path = alignmentPath(phases, pilot);
  const own = [...path].reduce((sum, offset, window) => sum + (nats[window]?.[offset] as number), 0);
  const cost =
    jumpNats(path[0] as number, path[1] as number) + jumpNats(path[1] as number, path[2] as number);
  expect(own - cost).toBeCloseTo(likeliest(nats), 4);
});

/** Plain dynamic programme: for each offset the best before it, by the greatest of every block that a jump may come from. */
function likeliest(nats: readonly Float64Array[]): number {
  let totals = Float64Array.from(nats[0] as Float64Array);
  for (const values of nats.slice(1)) {
    const short = greatestOfEach(totals, 128);
    const long = greatestOfEach(totals, 512);
    const most = Math.max(...long);
    totals = totals.map((stayed, offset) => {
      const jumped = [
        ...[0, 1].map(back => around(short, offset, -back) - 6),
        ...[-1, 0, 1].map(away => around(long, offset, away) - 8),
      ];
      return Math.max(stayed, most - 12, ...jumped) + (values[offset] as number);
    });
  }
  return totals.reduce((most, value) => Math.max(most, value), -Infinity);
}

const greatestOfEach = (totals: Float64Array, rows: number): number[] =>
  Array.from({ length: OFFSET_COUNT / rows }, (_, block) =>
    Math.max(...totals.subarray(block * rows, (block + 1) * rows)),
  );

const around = (blocks: readonly number[], offset: number, away: number): number =>
  blocks.at((Math.floor((offset * blocks.length) / OFFSET_COUNT) + away) % blocks.length) as number;

describe('a jump is worth', () => {
  /** Two windows that agree with the pattern at one offset each, the second by so many nats. */
  function twoWindows(first: number, second: number, nats: number): Int32Array {
    const phases = Array.from({ length: 12 }, () => ({
      chipCount: 8,
      values: new Float32Array(8 * BAND_COUNT),
    }));
    agree(phases, first, 0, 50);
    agree(phases, second, 4, nats);
    return alignmentPath(phases, pilot);
  }

  function agree(phases: readonly ChipRatios[], offset: number, fromChip: number, nats: number): void {
    const { phase, column } = alignmentAt(offset);
    const { values } = phases[phase] as ChipRatios;
    for (let at = fromChip * BAND_COUNT; at < (fromChip + 4) * BAND_COUNT; at += 1) {
      const sign = pattern[(column * BAND_COUNT + at) % pattern.length] as number;
      values[at] = (sign * nats) / 32;
    }
  }

  test.each([
    ['over a pause', 600, 750, 6],
    ['over a pause, across the end of the period', OFFSET_COUNT - 10, 31, 6],
    ['near', 600, 1400, 8],
    ['near, backwards', 1400, 600, 8],
    ['near, back across the end', 31, OFFSET_COUNT - 10, 8],
    ['far', 600, 20_003, 12],
    ['far, across the end', OFFSET_COUNT - 10, 5000, 12],
  ])('%s, more than its price and no less', (_, first, second, price) => {
    expect([...twoWindows(first, second, price + 0.4)]).toEqual([first, second]);
    expect([...twoWindows(first, second, price - 0.4)]).toEqual([first, first]);
  });
});

test('an offset is a phase and a column that begin as far from the mark', () => {
  for (let offset = 0; offset < OFFSET_COUNT; offset += 7) {
    const { phase, column } = alignmentAt(offset);
    if (phase < 0 || phase > 11) expect(phase).toBe('0 to 11');
    if ((column * 12 - phase + OFFSET_COUNT) % OFFSET_COUNT !== offset) expect(column).toBe(offset);
  }
  expect(alignmentAt(0)).toEqual({ phase: 0, column: 0 });
  expect(alignmentAt(OFFSET_COUNT - 1)).toEqual({ phase: 1, column: 0 });
});

describe('jumps', () => {
  test('are counted by their kind, on a circle', () => {
    const jumps = (...path: number[]) => jumpsOf(Int32Array.from(path));
    expect(jumps()).toEqual({ pause: 0, near: 0, far: 0 });
    expect(jumps(5, 5, 5)).toEqual({ pause: 0, near: 0, far: 0 });
    expect(jumps(5, 260, 5, 261)).toEqual({ pause: 1, near: 2, far: 0 });
    expect(jumps(5, 1028, 5, 1029)).toEqual({ pause: 0, near: 2, far: 1 });
    expect(jumps(OFFSET_COUNT - 10, 10, OFFSET_COUNT - 10, OFFSET_COUNT / 2)).toEqual({
      pause: 1,
      near: 1,
      far: 1,
    });
  });

  // Jumps may be at any of 49 places between 50 windows: all paths, counted by their jumps, share the bound.
  test('cost enough that all paths together keep to the bound, and little more', () => {
    let share = 0;
    for (let pause = 0; pause <= 16; pause += 1)
      for (let near = 0; pause + near <= 16; near += 1)
        for (let far = 0; pause + near + far <= 16; far += 1) {
          const path = pathWith({ pause, near, far }, 50);
          expect(jumpsOf(path)).toEqual({ pause, near, far });
          const jumps = pause + near + far;
          const places = choose(49, jumps) * choose(jumps, pause) * choose(near + far, near);
          const ways = pause * Math.log(255) + near * Math.log(2 * 1023 - 255) + far * Math.log(OFFSET_COUNT);
          share += Math.exp(Math.log(places) + ways - pathNats(path));
        }
    expect(share).toBeLessThanOrEqual(1);
    expect(share).toBeGreaterThan(0.99);
  });
});

const LEAPS = { pause: 200, near: 1000, far: 20_000 };

function pathWith(counts: Readonly<Record<keyof typeof LEAPS, number>>, windows: number): Int32Array {
  const kinds = (['pause', 'near', 'far'] as const).flatMap(kind =>
    Array<number>(counts[kind]).fill(LEAPS[kind]),
  );
  let offset = 0;
  return Int32Array.from({ length: windows }, (_, window) => {
    if (window > 0) offset = (offset + (kinds[window - 1] ?? 0)) % OFFSET_COUNT;
    return offset;
  });
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let at = 1; at <= k; at += 1) ways = (ways * (n - k + at)) / at;
  return ways;
}

test('sound of less than four chips has no path', () => {
  expect(alignmentPath(meaninglessRatios(3, 1, seededRandom('short')), pilot)).toHaveLength(0);
});
