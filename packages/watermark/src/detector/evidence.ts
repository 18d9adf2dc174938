import { ID_BITS } from '../tail-biting-code.ts';

/** Largest probability that a detector run reports an id in sound that carries none. */
export const FALSE_POSITIVE_BOUND = 1e-9;

/** By how much a sum of weighted random signs may have a heavier tail than a normal variable; the constant is exact. */
const RADEMACHER_FACTOR = 3.178;

/**
 * Natural log of the probability, at most, that one hypothesis reaches `score` by chance. The score is the sum of chip ratios
 * with the expected signs over the root of the sum of their squares. Under a random key those signs are independent of any
 * sound that was not marked with it, whatever the sound and the network are, so the score is a normalised sum of weighted
 * random signs: its tail is at most 3.178 times the normal one (Bentkus and Dzindzalieta 2015, Bernoulli 21(2)), which lies
 * below density / score.
 */
function tailNats(score: number): number {
  return Math.log(RADEMACHER_FACTOR / (Math.sqrt(2 * Math.PI) * score)) - (score * score) / 2;
}

/** The bound that a score meets when `hypothesesNats` is the log of the number of hypotheses that share it (Boole). */
export function falsePositiveBound(score: number, hypothesesNats: number): number {
  return score <= 1 ? 1 : Math.min(1, Math.exp(hypothesesNats + tailNats(score)));
}

/** Score from which `falsePositiveBound` is at most `bound`. */
export function threshold(hypothesesNats: number, bound: number = FALSE_POSITIVE_BOUND): number {
  let low = 1;
  let high = 100;
  while (high - low > 1e-6) {
    const middle = (low + high) / 2;
    if (falsePositiveBound(middle, hypothesesNats) > bound) low = middle;
    else high = middle;
  }
  return high;
}

/** Hypotheses of a blind search: all ids at all alignments. */
export function blindNats(alignments: number): number {
  return ID_BITS * Math.LN2 + Math.log(alignments);
}
