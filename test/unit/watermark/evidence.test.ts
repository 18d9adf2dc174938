import { describe, expect, test } from 'vitest';
import {
  blindNats,
  FALSE_POSITIVE_BOUND,
  falsePositiveBound,
  threshold,
} from '../../../packages/watermark/src/detector/evidence.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { runs } from '../../support/run-counts.ts';

test('the bound falls as the score rises, and never exceeds 1', () => {
  for (const nats of [0, 5, 33]) {
    let before = 1;
    for (let score = -5; score < 30; score += 0.1) {
      const bound = falsePositiveBound(score, nats);
      expect(bound).toBeLessThanOrEqual(before);
      before = bound;
    }
    expect(before).toBeLessThan(1e-150);
  }
});

test('more hypotheses raise it in proportion', () => {
  expect(falsePositiveBound(9, Math.log(1000)) / falsePositiveBound(9, 0)).toBeCloseTo(1000, 6);
});

describe('the threshold', () => {
  test.each([0, 1, 10, 33, 45, 200])('with %s nats of hypotheses is where the bound is met', nats => {
    for (const bound of [1e-3, FALSE_POSITIVE_BOUND, 1e-12]) {
      const least = threshold(nats, bound);
      expect(falsePositiveBound(least, nats)).toBeLessThanOrEqual(bound);
      expect(falsePositiveBound(least - 1e-4, nats)).toBeGreaterThan(bound);
    }
  });

  test('of a blind search of a whole period is 10.2', () => {
    expect(blindNats(4096 * 12)).toBeCloseTo(32 * Math.LN2 + Math.log(49_152), 12);
    expect(threshold(blindNats(4096 * 12))).toBeCloseTo(10.2, 1);
  });
});

/** Exact: the share of the 2^n equally likely sign sequences whose sum, over the root of n, reaches a score. */
function binomialTail(n: number, ups: number): number {
  let ways = 1;
  let tail = 0;
  for (let k = n; k >= ups; k -= 1) {
    tail += ways;
    ways = (ways * k) / (n - k + 1);
  }
  return tail / 2 ** n;
}

describe('no sum of random signs goes beyond the bound', () => {
  test('of equal weights, exactly', () => {
    for (let n = 1; n <= 60; n += 1)
      for (let ups = Math.ceil(n / 2); ups <= n; ups += 1) {
        const score = (2 * ups - n) / Math.sqrt(n);
        expect(binomialTail(n, ups)).toBeLessThanOrEqual(falsePositiveBound(score, 0) * (1 + 1e-12));
      }
  });

  // Where the published constant comes from: both of two signs are up with probability 1/4, at a score of root 2.
  test('which the constant is made for', () => {
    expect(binomialTail(2, 2)).toBe(0.25);
    expect(falsePositiveBound(Math.SQRT2, 0)).toBeGreaterThan(0.25);
    expect(falsePositiveBound(Math.SQRT2, 0)).toBeLessThan(0.35);
  });

  test('of very unequal weights, as tried out', () => {
    const random = seededRandom('signs');
    const weights = Float64Array.from({ length: 120 }, () => Math.exp(1.2 * random.normal()));
    const norm = Math.hypot(...weights);
    const tries = runs(20_000);
    const scores = Float64Array.from(
      { length: tries },
      () => weights.reduce((sum, weight) => sum + (random.below(2) === 0 ? weight : -weight), 0) / norm,
    );
    for (const score of [1.2, 1.5, 2, 2.5, 3]) {
      const share = scores.filter(value => value >= score).length / tries;
      expect(share).toBeLessThan(falsePositiveBound(score, 0));
    }
  });
});
