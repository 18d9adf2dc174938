import { describe, expect, test } from 'vitest';
import { tailNats } from '../../../packages/watermark/src/detector/sign-sum-tail.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { runs } from '../../support/run-counts.ts';

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

/** Probability of each sum of whole-numbered weights with random signs, by adding one after the other; place 0 is the least sum. */
function exactly(weights: readonly number[]): Float64Array {
  let shares = Float64Array.of(1);
  for (const weight of weights) {
    const next = new Float64Array(shares.length + 2 * weight);
    shares.forEach((share, at) => {
      next[at] = (next[at] as number) + share / 2;
      next[at + 2 * weight] = (next[at + 2 * weight] as number) + share / 2;
    });
    shares = next;
  }
  return shares;
}

describe('no sum of random signs goes beyond the bound', () => {
  test('of equal weights, exactly', () => {
    for (let n = 1; n <= 60; n += 1)
      for (let ups = Math.ceil(n / 2); ups <= n; ups += 1) {
        const nats = tailNats(2 * ups - n, new Float64Array(n).fill(1));
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
      const nats = tailNats(sum, Float64Array.from(weights));
      expect((before + 1) / 2 ** 14).toBeLessThanOrEqual(Math.exp(-nats) * (1 + 1e-9));
    });
  });

  test.each([60, 300, 1000])('of %i whole-numbered weights, exactly, and the bound is close', count => {
    const random = seededRandom(`whole weights ${count}`);
    const weights = Array.from({ length: count }, () => 1 + random.below(12));
    const all = weights.reduce((total, weight) => total + weight, 0);
    const shares = exactly(weights);
    let tail = 0;
    for (let sum = all; sum > 0; sum -= 1) {
      tail += shares[sum + all] as number;
      if (sum % 25 !== 0 || sum > 0.6 * all || sum < 2 * Math.hypot(...weights)) continue;
      const bound = Math.exp(-tailNats(sum, Float64Array.from(weights)));
      expect(tail).toBeLessThanOrEqual(bound * (1 + 1e-9));
      if (sum < 0.3 * all) expect(bound).toBeLessThan(2 * tail);
    }
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
      expect(share).toBeLessThan(Math.exp(-tailNats(sum, Float64Array.from(weights))));
    }
  });
});

test('the bound is the sharpest of its kind', () => {
  const weights = unequal(300, 'sharpest');
  for (const share of [0.05, 0.2, 0.4, 0.7]) {
    const sum = share * weights.reduce((total, weight) => total + weight, 0);
    const nats = tailNats(sum, Float64Array.from(weights));
    for (let rate = 0.001; rate < 20; rate *= 1.05)
      expect(plainNats(sum, weights, rate)).toBeLessThanOrEqual(nats + 1e-6);
  }
});

// Hoeffding's bound takes every weight for one of a normal variable: where few weights are large it says less.
test('it is never less sharp than that of a normal variable', () => {
  const weights = Float64Array.from(unequal(200, 'sharper'));
  const norm = Math.hypot(...weights);
  for (let score = 0.5; score < 12; score += 0.5)
    expect(tailNats(score * norm, weights)).toBeGreaterThan((score * score) / 2 - 1e-9);
});

test('what every sign agrees to is as hard to reach as all signs are', () => {
  const nats = tailNats(10, new Float64Array(10).fill(1));
  expect(nats).toBeLessThanOrEqual(10 * Math.LN2 + 1e-9);
  expect(nats).toBeGreaterThan(0.99 * 10 * Math.LN2);
});

test.each([
  ['no weights', 0, []],
  ['a sum that is nothing', 0, [1, 2]],
  ['a sum that speaks against it', -3, [1, 2]],
])('%s give no evidence', (_, sum, weights) => {
  expect(tailNats(sum, Float64Array.from(weights))).toBe(0);
});
