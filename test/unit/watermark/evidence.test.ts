import { describe, expect, test } from 'vitest';
import {
  blindNats,
  FALSE_POSITIVE_BOUND,
  falsePositiveBound,
  threshold,
} from '../../../packages/watermark/src/detector/evidence.ts';

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
