/** Steps into which what a sum lacks is divided. */
const STEPS = 4096;

/** More than floating point errs by in a sum of ten thousand terms, in proportion and at least. */
const ROUNDING = 1e-12;

/** One term of a sum of independent ones, each of which has one of two values. */
export interface Term {
  /** By how much its lower value is below its higher one. */
  readonly gap: number;
  /** Probability of the higher one, above 0 and below 1. */
  readonly chance: number;
}

/**
 * How hard a sum of independent two-valued terms is to reach, by its distribution instead of a bound on it: what a sum lacks of
 * the highest possible one is counted in steps. What each term may lack is rounded down to whole steps, so that no sum which
 * reaches the given one is missed, and the probability can only be overstated.
 * @param lacking - how far the given sum is below the highest, 0 or more
 * @returns nats: the sum is reached with a probability of at most exp(-nats); below 0 where the steps are too coarse to tell
 */
export function codeTailNats(terms: readonly Term[], lacking: number): number {
  const allHighNats = terms.reduce((sum, { chance }) => sum - Math.log(chance), 0);
  return allHighNats - Math.log(waysToLack(terms, lacking).reduce((sum, ways) => sum + ways, 0));
}

/**
 * For each number of steps up to what is lacking the probability that the terms together lack so many, as a multiple of the
 * probability that they lack nothing. A product of too many that overflows makes the tail certain, which is safe.
 */
function waysToLack(terms: readonly Term[], lacking: number): Float64Array {
  const ways = new Float64Array(STEPS + 1);
  ways[0] = 1;
  const reach = lacking * (1 + ROUNDING) + ROUNDING;
  for (const { gap, chance } of terms) {
    const steps = Math.floor((gap / reach) * STEPS);
    const odds = (1 - chance) / chance;
    for (let at = STEPS; at >= steps; at -= 1)
      ways[at] = (ways[at] as number) + odds * (ways[at - steps] as number);
  }
  return ways;
}
