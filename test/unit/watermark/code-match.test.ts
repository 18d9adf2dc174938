import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { matchCodes } from '../../../packages/watermark/src/detector/code-match.ts';
import type { SegmentBit } from '../../../packages/watermark/src/detector/segment-bits.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { runs } from '../../support/run-counts.ts';
import { codesOf } from './marked-call.ts';

const bitsOf = (ratios: readonly number[]): SegmentBit[] =>
  ratios.map((ratio, place) => ({
    index: place + 1,
    chips: 336,
    ratio,
    energy: 0,
    common: 0,
    commonEnergy: 0,
  }));

/** What a code adds up to, by the plain formula. */
function plainSum(ratios: readonly number[], code: ArrayLike<number>, biases: readonly number[]): number {
  return ratios.reduce((sum, ratio, place) => {
    const bias = biases[place] as number;
    const term = code[place] === 1 ? Math.sqrt((1 - bias) / bias) : -Math.sqrt(bias / (1 - bias));
    return sum + Math.tanh(ratio / 8) * term;
  }, 0);
}

/**
 * Sums that differ by less are equal but for the order of their terms: nine of them, each under 5, are rounded by less than 1e-13.
 * The bound for a sum that is lower by this is larger by a factor of exp(19 * 1e-12), 19 being the largest exponent; the
 * comparison below leaves room for fifty times that.
 */
const ROUNDING = 1e-12;

/** Probability that a random code reaches a sum: over all codes there are. */
function exactTail(ratios: readonly number[], least: number, biases: readonly number[]): number {
  let tail = 0;
  for (let word = 0; word < 1 << ratios.length; word += 1) {
    const code = ratios.map((_, place) => ((word >> place) & 1 ? 1 : -1));
    if (plainSum(ratios, code, biases) < least - ROUNDING) continue;
    const chances = code.map((bit, place) =>
      bit === 1 ? (biases[place] as number) : 1 - (biases[place] as number),
    );
    tail += chances.reduce((product, chance) => product * chance, 1);
  }
  return tail;
}

const problem = fc.integer({ min: 1, max: 9 }).chain(length =>
  fc.record({
    ratios: fc.array(fc.double({ min: -60, max: 60, noNaN: true }), { minLength: length, maxLength: length }),
    biases: fc.array(fc.double({ min: 0.05, max: 0.95, noNaN: true }), {
      minLength: length,
      maxLength: length,
    }),
    code: fc.array(fc.constantFrom(1, -1), { minLength: length, maxLength: length }),
  }),
);

/** Sums that differ by less than 1e-9, and are not equal. */
const HARDLY_HEARD = {
  ratios: [0, 0, 0, -2.8e-10, 0],
  biases: [0.05, 0.05, 0.05, 0.7, 0.09],
  code: [1, 1, 1, -1, 1],
};

test('the bound is never below the probability, whatever the weights, the biases and the code', () => {
  fc.assert(
    fc.property(problem, ({ ratios, biases, code }) => {
      const [match] = matchCodes(bitsOf(ratios), [Int8Array.from(code)], { biases });
      const exact = exactTail(ratios, plainSum(ratios, code, biases), biases);
      expect(match?.falsePositiveBound).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
      expect(Math.exp(-(match?.nats ?? 0))).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
    }),
    { numRuns: runs(300), examples: [[HARDLY_HEARD]] },
  );
});

test('of sure bits that all agree, each is worth a factor of two', () => {
  const ratios = Array.from({ length: 40 }, (_, place) => (place % 3 === 0 ? 60 : -60));
  const code = Int8Array.from(ratios, Math.sign);
  const [match] = matchCodes(bitsOf(ratios), [code]);
  expect(match).toMatchObject({ agreed: 40, differing: 0 });
  expect(match?.nats).toBeLessThan(40 * Math.LN2 + 1e-9);
  expect(match?.nats).toBeGreaterThan(40 * Math.LN2 - 0.05);
});

test('every candidate and every alignment shares the bound', () => {
  const ratios = Array.from({ length: 30 }, () => 40);
  const code = new Int8Array(30).fill(1);
  const alone = matchCodes(bitsOf(ratios), [code])[0]?.falsePositiveBound ?? 0;
  const others = codesOf(99, 30);
  const [best] = matchCodes(bitsOf(ratios), [...others, code], { alignments: 5 });
  expect(best).toMatchObject({ candidate: 99 });
  expect((best?.falsePositiveBound ?? 0) / alone).toBeCloseTo(500, 6);
});

test('segments that say nothing count for nothing, and a code without bits neither', () => {
  const [match] = matchCodes(bitsOf([0.001, -0.002, 0]), [Int8Array.of(1, -1, 1)]);
  expect(match).toMatchObject({ agreed: 0, differing: 0 });
  expect(match?.nats).toBeLessThan(0.01);
  expect(matchCodes([], [new Int8Array()])).toMatchObject([{ nats: 0, falsePositiveBound: 1 }]);
  expect(matchCodes(bitsOf([50]), [])).toEqual([]);
});

describe('in ten thousand', () => {
  const random = seededRandom('ten thousand');
  const codes = codesOf(10_000, 75, 'ten thousand codes');
  const heard = (place: number, wrong: number): number[] =>
    Array.from(
      codes[place] as Int8Array,
      bit => bit * (random.uniform() < wrong ? -1 : 1) * 30 * random.uniform(),
    );

  test('the right one is first, with one bit in twenty wrong, and no other is near', () => {
    for (const guilty of [0, 4321, 9999]) {
      const [first, second] = matchCodes(bitsOf(heard(guilty, 0.05)), codes);
      expect(first?.candidate).toBe(guilty);
      expect(first?.falsePositiveBound).toBeLessThan(1e-6);
      expect(second?.falsePositiveBound).toBeGreaterThan(0.01);
    }
  });
});

test('two who mix their copies are both found, and nobody else, where codes are biased and long', () => {
  const random = seededRandom('collusion');
  const length = 1800;
  const cut = Math.asin(Math.sqrt(0.05));
  const biases = Array.from(
    { length },
    () => Math.sin(cut + random.uniform() * (Math.PI / 2 - 2 * cut)) ** 2,
  );
  const codes = Array.from({ length: 1000 }, () =>
    Int8Array.from(biases, bias => (random.uniform() < bias ? 1 : -1)),
  );
  const [one, other] = [codes[17] as Int8Array, codes[800] as Int8Array];
  const mixed = biases.map((_, place) => 30 * ((random.below(2) === 0 ? one : other)[place] as number));
  const matches = matchCodes(bitsOf(mixed), codes, { biases });
  expect(
    matches
      .slice(0, 2)
      .map(({ candidate }) => candidate)
      .sort((a, b) => a - b),
  ).toEqual([17, 800]);
  expect(matches[1]?.falsePositiveBound).toBeLessThan(1e-9);
  expect(matches[2]?.falsePositiveBound).toBe(1);
});
