import { ID_BITS } from '../tail-biting-code.ts';

/** Largest probability that a detector run reports an id in sound that carries none. */
export const FALSE_POSITIVE_BOUND = 1e-9;

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
