import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codeTailNats } from '../../../packages/watermark/src/detector/code-tail.ts';
import { runs } from '../../support/run-counts.ts';

/** `count` terms of the same gap that are high or low evenly. */
const even = (count: number, gap = 1): { gap: number; chance: number }[] =>
  Array.from({ length: count }, () => ({ gap, chance: 0.5 }));

/** Probability that at most `low` of `count` even coins fall low: of the binomial distribution, by its definition. */
function fewLow(count: number, low: number): number {
  let ways = 1;
  let sum = 1;
  for (let at = 1; at <= low; at += 1) {
    ways = (ways * (count - at + 1)) / at;
    sum += ways;
  }
  return sum / 2 ** count;
}

test.each([
  [45, 0],
  [45, 1],
  [46, 2],
  [200, 20],
])('of %s equal and even terms %s may be low: the binomial distribution', (count, low) => {
  for (const gap of [1, 0.1, 1 / 3])
    expect(codeTailNats(even(count, gap), low * gap)).toBeCloseTo(-Math.log(fewLow(count, low)), 9);
});

test('a low term that says little leaves few others: the weakest of 45 costs a factor of two', () => {
  const terms = [...even(44), { gap: 0.3, chance: 0.5 }];
  expect(codeTailNats(terms, 0.3)).toBeCloseTo(44 * Math.LN2, 9);
});

test('terms without a gap change nothing, and no terms are reached always', () => {
  expect(codeTailNats([...even(12), ...even(30, 0)], 0)).toBeCloseTo(12 * Math.LN2, 9);
  expect(codeTailNats([], 0)).toBeCloseTo(0, 12);
});

test('a sum that overflows is one that anything reaches', () => {
  expect(codeTailNats(even(1100), 1100)).toBe(-Infinity);
});

const terms = fc.array(
  fc.record({
    gap: fc.double({ min: 0, max: 5, noNaN: true }),
    chance: fc.double({ min: 0.05, max: 0.95, noNaN: true }),
  }),
  { minLength: 1, maxLength: 9 },
);

/** Over all choices of high and low. */
function exactTail(given: readonly { gap: number; chance: number }[], lacking: number): number {
  let tail = 0;
  for (let word = 0; word < 1 << given.length; word += 1) {
    const low = given.filter((_, place) => (word >> place) & 1);
    if (low.reduce((sum, { gap }) => sum + gap, 0) > lacking) continue;
    tail += given.reduce(
      (product, { chance }, place) => product * ((word >> place) & 1 ? 1 - chance : chance),
      1,
    );
  }
  return tail;
}

test('the probability is never understated, and the steps overstate it no more than what they round', () => {
  fc.assert(
    fc.property(terms, fc.double({ min: 0, max: 20, noNaN: true }), (given, lacking) => {
      const stated = Math.exp(-codeTailNats(given, lacking));
      expect(stated).toBeGreaterThanOrEqual(exactTail(given, lacking) * (1 - 1e-9));
      const rounded = lacking * (1 + (given.length + 1) / 4096) + 1e-9;
      expect(stated).toBeLessThanOrEqual(exactTail(given, rounded) * (1 + 1e-9));
    }),
    { numRuns: runs(300) },
  );
});
