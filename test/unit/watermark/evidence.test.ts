import { describe, expect, test } from 'vitest';
import {
  blindNats,
  chernoffNats,
  FALSE_POSITIVE_BOUND,
  falsePositiveBound,
  threshold,
} from '../../../packages/watermark/src/detector/evidence.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { runs } from '../../support/run-counts.ts';

test('the bound falls as the score rises, and never exceeds 1', () => {
  for (const nats of [0, 5, 33]) {
    let before = 1;
    for (let score = -5; score < 400; score += 0.5) {
      const bound = falsePositiveBound(score, nats);
      expect(bound).toBeLessThanOrEqual(before);
      before = bound;
    }
    expect(before).toBeLessThan(1e-150);
  }
});

test('more hypotheses raise it in proportion', () => {
  expect(falsePositiveBound(40, Math.log(1000)) / falsePositiveBound(40, 0)).toBeCloseTo(1000, 6);
});

describe('the threshold', () => {
  test.each([0, 1, 10, 33, 45, 200])('with %s nats of hypotheses is where the bound is met', nats => {
    for (const bound of [1e-3, FALSE_POSITIVE_BOUND, 1e-12]) {
      const least = threshold(nats, bound);
      expect(falsePositiveBound(least + 1e-9, nats)).toBeLessThanOrEqual(bound);
      expect(falsePositiveBound(least - 1e-4, nats)).toBeGreaterThan(bound);
    }
  });

  test('of a blind search of a whole period is 53.7 nats', () => {
    expect(blindNats(4096 * 12)).toBeCloseTo(32 * Math.LN2 + Math.log(49_152), 12);
    expect(threshold(blindNats(4096 * 12))).toBeCloseTo(53.7, 1);
  });
});

/** Exact: the share of the 2^n equally likely sign sequences of equal weights with at least so many ups. */
function binomialTail(n: number, ups: number): number {
  let ways = 1;
  let tail = 0;
  for (let k = n; k >= ups; k -= 1) {
    tail += ways;
    ways = (ways * k) / (n - k + 1);
  }
  return tail / 2 ** n;
}

/** The bound at one rate, as it is written down: no step towards the best one. */
function plainNats(sum: number, weights: readonly number[], rate: number): number {
  return rate * sum - weights.reduce((total, weight) => total + Math.log(Math.cosh(rate * weight)), 0);
}

const unequal = (count: number, seed: string): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => Math.exp(1.2 * random.normal()));
};

describe('no sum of random signs goes beyond the bound', () => {
  test('of equal weights, exactly', () => {
    for (let n = 1; n <= 60; n += 1)
      for (let ups = Math.ceil(n / 2); ups <= n; ups += 1) {
        const nats = chernoffNats(2 * ups - n, new Float64Array(n).fill(1));
        expect(binomialTail(n, ups)).toBeLessThanOrEqual(Math.exp(-nats) * (1 + 1e-9));
      }
  });

  test('of unequal weights, over all sequences of signs', () => {
    const weights = unequal(14, 'few weights');
    const sums = Array.from({ length: 2 ** 14 }, (_, signs) =>
      weights.reduce((sum, weight, at) => sum + ((signs >> at) & 1 ? weight : -weight), 0),
    ).sort((one, other) => other - one);
    sums.forEach((sum, before) => {
      // Every sequence up to this one reaches its sum.
      const nats = chernoffNats(sum, Float64Array.from(weights));
      expect((before + 1) / 2 ** 14).toBeLessThanOrEqual(Math.exp(-nats) * (1 + 1e-9));
    });
  });

  test('of many very unequal weights, as tried out', () => {
    const random = seededRandom('signs');
    const weights = unequal(120, 'weights');
    const tries = runs(20_000);
    const sums = Float64Array.from({ length: tries }, () =>
      weights.reduce((sum, weight) => sum + (random.below(2) === 0 ? weight : -weight), 0),
    );
    for (const size of [1, 1.5, 2, 2.5, 3]) {
      const sum = size * Math.hypot(...weights);
      const share = sums.filter(value => value >= sum).length / tries;
      expect(share).toBeLessThan(Math.exp(-chernoffNats(sum, Float64Array.from(weights))));
    }
  });
});

test('the bound is the sharpest of its kind', () => {
  const weights = unequal(300, 'sharpest');
  for (const share of [0.05, 0.2, 0.4, 0.7]) {
    const sum = share * weights.reduce((total, weight) => total + weight, 0);
    const nats = chernoffNats(sum, Float64Array.from(weights));
    for (let rate = 0.001; rate < 20; rate *= 1.05)
      expect(plainNats(sum, weights, rate)).toBeLessThanOrEqual(nats + 1e-6);
  }
});

// Hoeffding's bound takes every weight for one of a normal variable: where few weights are large it says less.
test('it is never less sharp than that of a normal variable', () => {
  const weights = Float64Array.from(unequal(200, 'sharper'));
  const norm = Math.hypot(...weights);
  for (let score = 0.5; score < 12; score += 0.5)
    expect(chernoffNats(score * norm, weights)).toBeGreaterThan((score * score) / 2 - 1e-9);
});

test('what every sign agrees to is as hard to reach as all signs are', () => {
  const nats = chernoffNats(10, new Float64Array(10).fill(1));
  expect(nats).toBeLessThanOrEqual(10 * Math.LN2 + 1e-9);
  expect(nats).toBeGreaterThan(0.99 * 10 * Math.LN2);
});

test.each([
  ['no weights', 0, []],
  ['a sum that is nothing', 0, [1, 2]],
  ['a sum that speaks against it', -3, [1, 2]],
])('%s give no evidence', (_, sum, weights) => {
  expect(chernoffNats(sum, Float64Array.from(weights))).toBe(0);
});
