import { ID_BITS } from '../tail-biting-code.ts';

/** Largest probability that a detector run reports an id in sound that carries none. */
export const FALSE_POSITIVE_BOUND = 1e-9;

/** Steps towards the sharpest bound: each holds, and after these they no longer differ. */
const NEWTON_STEPS = 8;

/**
 * How hard a sum of weighted random signs is to reach: the probability that it is `sum` or more is at most exp(-nats), by
 * Chernoff's bound, which holds for any weights and any number of them: E exp(r s w) = cosh(r w) for a random sign s, so the
 * probability is at most exp(-(r sum - sum of ln cosh(r w))) for every r. Newton's method finds the best r, from below, since
 * the slope is concave.
 * @returns nats, 0 for a sum that is not positive
 */
export function chernoffNats(sum: number, weights: Float64Array): number {
  const energy = weights.reduce((total, weight) => total + weight * weight, 0);
  if (!(sum > 0) || energy === 0) return 0;
  let rate = sum / energy;
  for (let step = 0; step < NEWTON_STEPS; step += 1) rate += newtonStep(sum, weights, rate);
  return exponent(sum, weights, rate);
}

function newtonStep(sum: number, weights: Float64Array, rate: number): number {
  let slope = 0;
  let curvature = 1e-12;
  for (const weight of weights) {
    const tanh = Math.tanh(rate * weight);
    slope += weight * tanh;
    curvature += weight * weight * (1 - tanh * tanh);
  }
  // A sum that all signs together only just reach has its best rate at infinity: no further than needed.
  return Math.min((sum - slope) / curvature, 4 * rate);
}

function exponent(sum: number, weights: Float64Array, rate: number): number {
  let nats = rate * sum;
  for (const weight of weights) {
    const size = Math.abs(rate * weight);
    nats -= size + Math.log1p(Math.exp(-2 * size)) - Math.LN2;
  }
  return nats;
}

/** The bound that a score meets when `hypothesesNats` is the log of the number of hypotheses that share it (Boole). */
export function falsePositiveBound(scoreNats: number, hypothesesNats: number): number {
  return Math.min(1, Math.exp(hypothesesNats - scoreNats));
}

/** Score from which `falsePositiveBound` is at most `bound`, nats. */
export function threshold(hypothesesNats: number, bound: number = FALSE_POSITIVE_BOUND): number {
  return hypothesesNats - Math.log(bound);
}

/** Hypotheses of a blind search: all ids at all alignments. */
export function blindNats(alignments: number): number {
  return ID_BITS * Math.LN2 + Math.log(alignments);
}
