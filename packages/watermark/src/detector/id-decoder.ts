import {
  CODE_SYMBOLS,
  CONSTRAINT_LENGTH,
  encodeId,
  GENERATORS,
  ID_BITS,
  parity,
} from '../tail-biting-code.ts';

const STATES = 1 << (CONSTRAINT_LENGTH - 1);
const HALF = STATES / 2;
const OUTPUTS = GENERATORS.length;

/** Times round the trellis before the ends are compared. */
const TURNS = 2;

/** End states whose paths are followed back. */
const KEPT_ENDS = 4;

/** The six symbols that the register's content gives, as bits of a number. */
const SYMBOLS_OF_REGISTER = Uint8Array.from({ length: 2 * STATES }, (_, register) =>
  GENERATORS.reduce((bits, generator, output) => bits | (parity(register & generator) << output), 0),
);

/** An id and how well it fits. */
export interface DecodedId {
  readonly id: number;
  /** Sum of the soft symbols with the signs that the id gives them. */
  readonly correlation: number;
}

/**
 * Wrap-around Viterbi decoding of the tail-biting code (Shao, Lin and Fossorier 2003): the trellis is gone round twice, so that
 * the beginning state need not be known; the best of the last ends, encoded again, wins.
 */
export class IdDecoder {
  readonly #branches = new Float64Array(1 << OUTPUTS);
  readonly #choices = new Uint8Array(ID_BITS * STATES);
  #metrics = new Float64Array(STATES);
  #next = new Float64Array(STATES);

  /** @param soft - `CODE_SYMBOLS` sums of log-likelihood ratios; positive for +1 */
  decode(soft: Float64Array): DecodedId {
    this.#metrics.fill(0);
    for (let turn = 0; turn < TURNS; turn += 1) {
      for (let bit = 0; bit < ID_BITS; bit += 1) this.#step(soft, bit);
    }
    let best: DecodedId = { id: 0, correlation: -Infinity };
    for (const state of this.#bestEnds()) {
      const id = this.#followBack(state);
      const correlation = correlate(soft, id);
      if (correlation > best.correlation) best = { id, correlation };
    }
    return best;
  }

  #step(soft: Float64Array, bit: number): void {
    this.#measureBranches(soft, bit * OUTPUTS);
    const metrics = this.#metrics;
    const next = this.#next;
    for (let state = 0; state < STATES; state += 1) {
      const low = state >> 1;
      const newest = state & 1;
      const fromLow = metrics[low] as number;
      const fromHigh = metrics[low + HALF] as number;
      const lowBits = SYMBOLS_OF_REGISTER[(low << 1) | newest] as number;
      const highBits = SYMBOLS_OF_REGISTER[((low + HALF) << 1) | newest] as number;
      const viaLow = fromLow + (this.#branches[lowBits] as number);
      const viaHigh = fromHigh + (this.#branches[highBits] as number);
      const high = viaHigh > viaLow;
      next[state] = high ? viaHigh : viaLow;
      this.#choices[bit * STATES + state] = high ? 1 : 0;
    }
    this.#metrics = next;
    this.#next = metrics;
  }

  /** Each further combination of symbols differs from an earlier one by its highest bit. */
  #measureBranches(soft: Float64Array, first: number): void {
    let negative = 0;
    for (let output = 0; output < OUTPUTS; output += 1) negative -= soft[first + output] as number;
    this.#branches[0] = negative;
    for (let output = 0; output < OUTPUTS; output += 1) {
      const twice = 2 * (soft[first + output] as number);
      const bit = 1 << output;
      for (let lower = 0; lower < bit; lower += 1) {
        this.#branches[lower | bit] = (this.#branches[lower] as number) + twice;
      }
    }
  }

  #bestEnds(): number[] {
    const ends: number[] = [];
    for (let state = 0; state < STATES; state += 1) {
      const metric = this.#metrics[state] as number;
      if (ends.length === KEPT_ENDS && metric <= (this.#metrics[ends[KEPT_ENDS - 1] as number] as number))
        continue;
      const place = ends.findIndex(end => metric > (this.#metrics[end] as number));
      ends.splice(place === -1 ? ends.length : place, 0, state);
      if (ends.length > KEPT_ENDS) ends.pop();
    }
    return ends;
  }

  #followBack(end: number): number {
    let state = end;
    let id = 0;
    for (let bit = ID_BITS - 1; bit >= 0; bit -= 1) {
      id |= (state & 1) << bit;
      state = (state >> 1) | ((this.#choices[bit * STATES + state] as number) * HALF);
    }
    return id >>> 0;
  }
}

/** Sum of soft symbols with the signs that `id` gives them. */
export function correlate(soft: Float64Array, id: number): number {
  return correlateWord(soft, encodeId(id));
}

/** The same for an id that is encoded already. */
export function correlateWord(soft: Float64Array, word: Int8Array): number {
  let sum = 0;
  for (let symbol = 0; symbol < CODE_SYMBOLS; symbol += 1) {
    sum += (soft[symbol] as number) * (word[symbol] as number);
  }
  return sum;
}
