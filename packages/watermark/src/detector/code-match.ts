import { codeTailNats, type Term } from './code-tail.ts';
import type { SegmentBit } from './segment-bits.ts';

/** How well one code fits what was read. */
export interface CodeMatch {
  /** Place of the code among those that were given. */
  readonly candidate: number;
  /** Natural log, negated, of the probability at most that an innocent person's code fits as well. */
  readonly nats: number;
  /** Probability, at most, that any innocent one of all codes fits as well at any alignment that was tried. */
  readonly falsePositiveBound: number;
  /** Segments whose bit the code has, and those it has not, where the sound says anything. */
  readonly agreed: number;
  readonly differing: number;
}

/** What codes are compared under. */
export interface CodeMatchOptions {
  /** For each segment the probability of variant A, segment 1 first, as codes were drawn. Default: even. */
  readonly biases?: ArrayLike<number>;
  /** Alignments that were tried, of which this is one. Default 1. */
  readonly alignments?: number;
}

/** Ratios of chips that lie side by side err together: a segment's counts for a quarter of their sum. */
const CERTAINTY = 1 / 4;

/** A segment of which the sound says less than this, of 1, is not counted as agreeing or differing. */
const LEAST_WEIGHT = 0.1;

/** Exponents for which the bound is computed, 0.02 to 19; each gives a bound that holds, and the best is taken. */
const EXPONENTS: readonly number[] = Array.from({ length: 50 }, (_, step) => 0.02 * 1.15 ** step);

/** A code that fits no better than this by Chernoff’s inequality names nobody, and is not worth counting. */
const COUNTED_NATS = 5;

/** One segment: what each variant adds to a code's sum, and how likely each is. */
interface WeightedBit extends Term {
  readonly place: number;
  readonly weight: number;
  readonly ofA: number;
  readonly ofB: number;
  readonly bias: number;
}

/**
 * Ranks codes by how well they fit, best first. A code's sum adds for each segment a weight, from -1 to 1 by how surely the sound
 * says A, times sqrt((1 - p) / p) where the code has A and -sqrt(p / (1 - p)) where it has B: rare bits that fit say more (Skoric
 * and others 2008); with even codes it is the sum of weights with the code's signs.
 *
 * The bits of whoever had nothing to do with the copy were drawn without it. Their sum is then one of independent terms with
 * known probabilities, whatever the sound is, however the weights came about and however many people mixed their copies.
 * Chernoff's inequality bounds its tail: P(sum >= T) <= exp(-(l T - sum ln E exp(l term))) for every l > 0; that of codes which fit
 * is counted as well, which is sharper by two or three nats where few bits differ, and the better of the two holds.
 * @param codes - one for each candidate: for each segment 1 for variant A, -1 for B; segment 1 first
 */
export function matchCodes(
  bits: readonly SegmentBit[],
  codes: readonly Int8Array[],
  { biases, alignments = 1 }: CodeMatchOptions = {},
): CodeMatch[] {
  const weighted = bits.map(bit => weigh(bit, biases));
  const cumulants = EXPONENTS.map(exponent => cumulant(weighted, exponent));
  const hypotheses = Math.max(1, codes.length) * alignments;
  return codes
    .map((code, candidate) => judge(weighted, cumulants, code, candidate, hypotheses))
    .sort((a, b) => b.nats - a.nats);
}

/** How surely the sound says A (up to 1) or B (down to -1). */
const weightOf = (ratio: number): number => Math.tanh((CERTAINTY * ratio) / 2);

const counts = (weight: number): boolean => Math.abs(weight) >= LEAST_WEIGHT;

/** Whether the sound says enough of a segment for it to count as agreeing with a code or differing from it. */
export const isRead = ({ ratio }: SegmentBit): boolean => counts(weightOf(ratio));

function weigh({ index, ratio }: SegmentBit, biases: ArrayLike<number> | undefined): WeightedBit {
  const bias = biases?.[index - 1] ?? 0.5;
  const weight = weightOf(ratio);
  const ofA = weight * Math.sqrt((1 - bias) / bias);
  const ofB = -weight * Math.sqrt(bias / (1 - bias));
  const gap = Math.abs(ofA - ofB);
  return { place: index - 1, weight, ofA, ofB, bias, gap, chance: weight > 0 ? bias : 1 - bias };
}

/** Log of the expectation of exp(exponent * sum) over random codes. */
function cumulant(weighted: readonly WeightedBit[], exponent: number): number {
  return weighted.reduce((sum, { ofA, ofB, bias }) => {
    const most = Math.max(ofA, ofB);
    const rest = bias * Math.exp(exponent * (ofA - most)) + (1 - bias) * Math.exp(exponent * (ofB - most));
    return sum + exponent * most + Math.log(rest);
  }, 0);
}

function judge(
  weighted: readonly WeightedBit[],
  cumulants: readonly number[],
  code: Int8Array,
  candidate: number,
  hypotheses: number,
): CodeMatch {
  let sum = 0;
  let lacking = 0;
  let agreed = 0;
  let differing = 0;
  for (const { place, weight, ofA, ofB, gap } of weighted) {
    const isA = (code[place] ?? 0) > 0;
    sum += isA ? ofA : ofB;
    const agrees = weight > 0 === isA;
    if (!agrees) lacking += gap;
    if (!counts(weight)) continue;
    if (agrees) agreed += 1;
    else differing += 1;
  }
  const bounded = EXPONENTS.reduce(
    (best, exponent, at) => Math.max(best, exponent * sum - (cumulants[at] as number)),
    0,
  );
  const nats = bounded < COUNTED_NATS ? bounded : Math.max(bounded, codeTailNats(weighted, lacking));
  return {
    candidate,
    nats,
    falsePositiveBound: Math.min(1, hypotheses * Math.exp(-nats)),
    agreed,
    differing,
  };
}
