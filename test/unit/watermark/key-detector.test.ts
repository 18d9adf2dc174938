/** The keyed part of the detector, on ratios that were made up: what it finds, and what it must not find. */
import { describe, expect, test } from 'vitest';
import { KeyDetector } from '../../../packages/watermark/src/detector/key-detector.ts';
import { threshold } from '../../../packages/watermark/src/detector/evidence.ts';
import { keyedTiles, SYNC } from '../../../packages/watermark/src/keyed-tiles.ts';
import { clientPattern } from '../../../packages/watermark/src/client-pattern.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { runs } from '../../support/run-counts.ts';
import { BAND_COUNT } from '../../../packages/watermark/src/tile-grid.ts';
import { keyFrom } from './sounds.ts';
import { meaninglessRatios, repeatedRatios, syntheticRatios } from './synthetic-ratios.ts';

const key = keyFrom('key detector');
const detector = await KeyDetector.of(key);
const random = seededRandom('key detector');

describe('a mark', () => {
  test('is found wherever it begins, with its id', async () => {
    for (let run = 0; run < runs(6); run += 1) {
      const id = random.below(2 ** 32);
      const offset = random.below(49_152);
      const pattern = await clientPattern(key, id);
      const phases = syntheticRatios({ pattern, chipCount: 208, offset, strength: 0.12, random });
      const evidence = detector.searchWhole(phases);
      expect(evidence).toMatchObject({ found: true, id, cuts: 0 });
      expect(evidence.score).toBeGreaterThan(evidence.threshold);
      expect(evidence.falsePositiveBound).toBeLessThan(1e-9);
      expect(evidence.neighbourOdds).toBeLessThan(1e-4);
    }
  });

  test('is found where other places fit the synchronisation chips better', async () => {
    const { roles } = await keyedTiles(key);
    let found = 0;
    for (let run = 0; run < 8; run += 1) {
      const id = random.below(2 ** 32);
      const pattern = (await clientPattern(key, id)).map((chip, tile) =>
        roles[tile] === SYNC && random.below(100) < 52 ? 0 : chip,
      );
      const phases = syntheticRatios({ pattern, chipCount: 208, offset: 999, strength: 0.2, random });
      if (detector.searchWhole(phases).id === id) found += 1;
    }
    expect(found).toBeGreaterThanOrEqual(7);
  });

  // One generator tells an id from its complement. Its tiles are blank here.
  test('whose id and its complement fit alike is not reported, however well they fit', async () => {
    const { roles } = await keyedTiles(key);
    const pattern = await clientPattern(key, 77);
    const heard = syntheticRatios({ pattern, chipCount: 208, offset: 1200, strength: 0.2, random });
    const phases = heard.map(({ chipCount, values }) => {
      const isBlank = (at: number): boolean => (roles[100 * BAND_COUNT + at] as number) % 6 === 0;
      return { chipCount, values: values.map((ratio, at) => (isBlank(at) ? 0 : ratio)) };
    });
    const evidence = detector.searchWhole(phases);
    expect(evidence.score).toBeGreaterThan(evidence.threshold + 20);
    expect(evidence.neighbourOdds).toBeGreaterThanOrEqual(1);
    expect(evidence.found).toBe(false);
  });

  test('that is too faint is not found, and no other id in its place', async () => {
    const pattern = await clientPattern(key, 77);
    for (let run = 0; run < runs(4); run += 1) {
      const offset = random.below(49_152);
      const phases = syntheticRatios({ pattern, chipCount: 104, offset, strength: 0.02, random });
      expect(detector.searchWhole(phases).found).toBe(false);
    }
  });

  test('is found in pieces, where whole it is not', async () => {
    const id = 0x0bad_f00d;
    const pattern = await clientPattern(key, id);
    const offset = (row: number): number => 5000 + 217 * Math.floor(row / 600) + (row > 1800 ? 20_000 : 0);
    const phases = syntheticRatios({ pattern, chipCount: 250, offset, strength: 0.35, random });
    const pieces = detector.searchPieces(phases);
    expect(pieces).toMatchObject({ found: true, id });
    expect(pieces.cuts).toBeGreaterThanOrEqual(4);
    expect(pieces.cuts).toBeLessThanOrEqual(6);
    expect(detector.searchWhole(phases).found).toBe(false);
  });

  test('of another key is not found', async () => {
    const pattern = await clientPattern(keyFrom('another'), 77);
    const phases = syntheticRatios({ pattern, chipCount: 208, offset: 1234, strength: 0.3, random });
    expect(detector.searchWhole(phases).found).toBe(false);
    expect(detector.searchPieces(phases).found).toBe(false);
  });
});

describe('ids in question', () => {
  const ids = Array.from({ length: 200 }, () => random.below(2 ** 32));
  const id = ids[123] as number;

  test('are scored, best first, from sound that a blind search finds nothing in', async () => {
    const pattern = await clientPattern(key, id);
    const phases = syntheticRatios({ pattern, chipCount: 80, offset: 40_001, strength: 0.13, random });
    const [best, second, ...rest] = detector.scoreIds(phases, ids);
    expect(best).toMatchObject({ id, found: true });
    expect(second?.found).toBe(false);
    expect(rest).toHaveLength(198);
    expect(rest.every(({ score }) => score <= (second?.score as number))).toBe(true);
    expect(best?.threshold).toBeCloseTo(threshold(Math.log(200) + Math.log(4096 * 12)), 6);
    expect(best?.threshold).toBeLessThan(detector.searchWhole(phases).threshold - 10);
  });

  test('are scored where the mark lies, even if other places fit the synchronisation chips better', async () => {
    const { roles } = await keyedTiles(key);
    let found = 0;
    for (let run = 0; run < 6; run += 1) {
      const pattern = (await clientPattern(key, id)).map((chip, tile) =>
        roles[tile] === SYNC && random.below(100) < 60 ? 0 : chip,
      );
      const phases = syntheticRatios({ pattern, chipCount: 130, offset: 999, strength: 0.25, random });
      const [best] = detector.scoreIds(phases, ids);
      if (best?.found && best.id === id) found += 1;
    }
    expect(found).toBeGreaterThanOrEqual(4);
  });

  // A mark lends evidence to every id: all share its synchronisation chips, and half of its symbols by chance.
  test('are none of them found when another marked the sound, however clearly', async () => {
    const pattern = await clientPattern(key, 0x1111_1111);
    const phases = syntheticRatios({ pattern, chipCount: 400, offset: 40_001, strength: 0.3, random });
    const scored = detector.scoreIds(phases, ids);
    expect(scored[0]?.score).toBeGreaterThan(scored[0]?.threshold as number);
    expect(scored.filter(({ found, falsePositiveBound }) => found || falsePositiveBound < 1e-9)).toEqual([]);
    expect(detector.scoreIds(phases, [...ids, 0x1111_1111]).filter(({ found }) => found)).toMatchObject([
      { id: 0x1111_1111 },
    ]);
  });

  test('are none of them found when another marked the sound', async () => {
    const pattern = await clientPattern(key, 0x1111_1111);
    const phases = syntheticRatios({ pattern, chipCount: 80, offset: 40_001, strength: 0.13, random });
    expect(detector.scoreIds(phases, ids).filter(({ found }) => found)).toEqual([]);
  });

  test('may be none', () => {
    expect(detector.scoreIds(meaninglessRatios(50, 1, random), [])).toEqual([]);
  });
});

describe('nothing is found', () => {
  test('in ratios that mean nothing, however great', () => {
    for (const size of [0.1, 1, 5]) {
      const phases = meaninglessRatios(208, size, random);
      expect(detector.searchWhole(phases).found).toBe(false);
      expect(detector.searchPieces(phases).found).toBe(false);
    }
  });

  // A ringing tone, music on hold: the path may read each repetition as the same piece of the mark, whichever fits best.
  test.each([
    [26, 8],
    [52, 6],
    [104, 3],
  ])('in a sound of %s chips that is repeated %s times', (chipCount, times) => {
    const phases = repeatedRatios(meaninglessRatios(chipCount, 2, random), times);
    expect(detector.searchPieces(phases).found).toBe(false);
    expect(detector.searchWhole(phases).found).toBe(false);
  });

  test('in no sound', () => {
    const nothing = meaninglessRatios(0, 1, random);
    expect(detector.searchWhole(nothing)).toMatchObject({ found: false, falsePositiveBound: 1 });
    expect(detector.searchPieces(nothing)).toMatchObject({ found: false, falsePositiveBound: 1 });
  });
});
