import { describe, expect, test } from 'vitest';
import type { ChipRatios } from '../../../packages/watermark/src/detector/chip-ratios.ts';
import { SyncSearch } from '../../../packages/watermark/src/detector/sync-search.ts';
import { patternOf } from '../../../packages/watermark/src/client-pattern.ts';
import { keyedTiles, SYNC } from '../../../packages/watermark/src/keyed-tiles.ts';
import { BAND_COUNT, PERIOD_CHIPS } from '../../../packages/watermark/src/tile-grid.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { keyFrom } from './sounds.ts';
import { meaninglessRatios, syntheticRatios } from './synthetic-ratios.ts';

const tiles = await keyedTiles(keyFrom('sync search'));
const search = new SyncSearch(tiles);
const random = seededRandom('sync search');

/** Agreement of the synchronisation chips, over what random signs on a quarter of the chips would give. */
function plainScore({ chipCount, values }: ChipRatios, column: number): number {
  let agreement = 0;
  let energy = 0;
  for (let chip = 0; chip < chipCount; chip += 1)
    for (let band = 0; band < BAND_COUNT; band += 1) {
      const tile = ((column + chip) % PERIOD_CHIPS) * BAND_COUNT + band;
      const ratio = values[chip * BAND_COUNT + band] as number;
      if (tiles.roles[tile] === SYNC) agreement += ratio * (tiles.chips[tile] as number);
      energy += ratio ** 2;
    }
  return agreement / Math.sqrt(energy / 4);
}

test('scores are those of a direct correlation, for every phase', () => {
  const phases = meaninglessRatios(50, 1, random);
  const found = search.best(phases, 12 * PERIOD_CHIPS);
  expect(found).toHaveLength(12 * PERIOD_CHIPS);
  for (let at = 0; at < found.length; at += 997) {
    const { phase, column, score } = found[at] as (typeof found)[number];
    expect(score).toBeCloseTo(plainScore(phases[phase] as ChipRatios, column), 6);
  }
});

test('the best come first, as many as asked for, and none is better', () => {
  const phases = meaninglessRatios(30, 1, random).slice(0, 2);
  const best = search.best(phases, 10);
  const all = phases.flatMap(ratios =>
    Array.from({ length: PERIOD_CHIPS }, (_, column) => plainScore(ratios, column)),
  );
  const expected = all.toSorted((a, b) => b - a).slice(0, 10);
  expect(best).toHaveLength(10);
  best.forEach(({ score }, place) => expect(score).toBeCloseTo(expected[place] as number, 6));
});

// The last lie across the end of the period.
describe.each([0, 1, 12, 5000, 49_151, 48_000, 49_000])('a mark that begins at row %s', offset => {
  test('is found there', () => {
    const pattern = patternOf(tiles, 0x0102_0304);
    const phases = syntheticRatios({ pattern, chipCount: 250, offset, strength: 0.3, random });
    const [best] = search.best(phases, 1);
    const column = Math.ceil(offset / 12);
    expect(best).toMatchObject({ phase: 12 * column - offset, column: column % PERIOD_CHIPS });
    expect(best?.score).toBeGreaterThan(8);
  });
});

test('sound longer than a period is folded', () => {
  const pattern = patternOf(tiles, 5);
  const phases = syntheticRatios({
    pattern,
    chipCount: PERIOD_CHIPS + 800,
    offset: 2400,
    strength: 0.05,
    random,
  });
  expect(search.best(phases, 1)[0]).toMatchObject({ phase: 0, column: 200 });
});

test('an odd number of phases has no phase that is not there', () => {
  const phases = meaninglessRatios(20, 1, random).slice(0, 3);
  expect(Math.max(...search.best(phases, 3 * PERIOD_CHIPS).map(({ phase }) => phase))).toBe(2);
});

test('no sound has scores of 0', () => {
  const nothing = Array.from({ length: 12 }, () => ({ chipCount: 0, values: new Float32Array(0) }));
  expect(search.best(nothing, 3).map(({ score }) => Math.abs(score))).toEqual([0, 0, 0]);
});
