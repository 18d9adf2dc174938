import type { CallSteps, StepFit } from './call-steps.ts';

/** Places whose best is found together: 2 s. */
const BLOCK = 512;

/** What jumps cost a path, so that it does not follow noise; those within a block or to one beside it are ordinary ones. */
const NEAR_JUMP_NATS = 12;
const FAR_JUMP_NATS = 18;

/** What comes before a place: itself, itself in the other variant, or the place that its block is jumped into from. */
const SAME = 0;
const OTHER = 1;
const JUMP = 2;

/** A place in variant A or B: twice the place, and one more for B. */
type State = number;

/**
 * The likeliest way of a clip through the places of a call (Viterbi 1967): staying is free, jumping costs. Chips that both
 * variants share speak for a place, and so do the others by how well they agree among themselves: within a segment all are of one
 * variant. Which it is makes no difference, so that no listener becomes likelier than another.
 * It gives way after each step, so that a caller may do something else in between.
 * @returns the place of each step
 */
export function* likeliestWay(steps: CallSteps): Generator<undefined, Int32Array> {
  const trellis = new Trellis(steps.places);
  for (let step = 0; step < steps.count; step += 1) {
    const fit = steps.at(step);
    if (step > 0) trellis.advance(fit.begins);
    trellis.add(fit);
    yield undefined;
  }
  return trellis.backwards();
}

class Trellis {
  /** Log-likelihood of the best way to each place in variant A, and in B. */
  readonly #values: readonly [Float64Array, Float64Array];
  /** For each step after the first what came before each state, and from where each block is jumped into. */
  readonly #before: Uint8Array[] = [];
  readonly #sources: Int32Array[] = [];

  constructor(places: number) {
    this.#values = [new Float64Array(places), new Float64Array(places)];
  }

  /** Half the sum of ratios with signs is the log-likelihood of chips against those that could be either. */
  add({ common, varying }: StepFit): void {
    const [a, b] = this.#values;
    for (let place = 0; place < a.length; place += 1) {
      const alike = common[place] as number;
      const apart = varying[place] as number;
      a[place] = (a[place] as number) + (alike + apart) / 2;
      b[place] = (b[place] as number) + (alike - apart) / 2;
    }
  }

  /** @param begins - where a segment begins, whose variant may be another */
  advance(begins: Uint8Array): void {
    const [a] = this.#values;
    const before = new Uint8Array(2 * a.length);
    const bests = this.#bestOfBlocks();
    const best = bests.reduce((one, other) => this.#better(one, other));
    const sources = bests.map((own, block) => this.#source(best, own, bests[block - 1], bests[block + 1]));
    const jumps = Array.from(sources, (source, block) => this.#valueAfterJump(source, block));
    for (let place = 0; place < a.length; place += 1)
      this.#enter(place, before, begins[place] === 1, jumps[Math.floor(place / BLOCK)] as number);
    this.#before.push(before);
    this.#sources.push(sources);
  }

  backwards(): Int32Array {
    const way = new Int32Array(this.#before.length + 1);
    let state = this.#bestOfBlocks().reduce((one, other) => this.#better(one, other));
    for (let step = way.length - 1; step >= 0; step -= 1) {
      way[step] = state >> 1;
      const came = step > 0 ? (this.#before[step - 1] as Uint8Array)[state] : SAME;
      if (came === OTHER) state ^= 1;
      if (came === JUMP)
        state = (this.#sources[step - 1] as Int32Array)[Math.floor((state >> 1) / BLOCK)] as number;
    }
    return way;
  }

  #enter(place: number, before: Uint8Array, begins: boolean, jumped: number): void {
    const [a, b] = this.#values;
    const values = [a[place] as number, b[place] as number] as const;
    for (const variant of [0, 1] as const) {
      let value = values[variant];
      const crossed = (values[1 - variant] as number) - Math.LN2;
      if (begins && crossed > value) {
        value = crossed;
        before[2 * place + variant] = OTHER;
      }
      if (jumped > value) {
        value = jumped;
        before[2 * place + variant] = JUMP;
      }
      (variant === 0 ? a : b)[place] = value;
    }
  }

  #value(state: State): number {
    return this.#values[(state & 1) as 0 | 1][state >> 1] as number;
  }

  #better(one: State, other: State): State {
    return this.#value(other) > this.#value(one) ? other : one;
  }

  #bestOfBlocks(): Int32Array {
    const [a] = this.#values;
    return Int32Array.from({ length: Math.ceil(a.length / BLOCK) }, (_, block) => {
      let best: State = 2 * block * BLOCK;
      const end = Math.min(2 * a.length, 2 * (block + 1) * BLOCK);
      for (let state = best + 1; state < end; state += 1) best = this.#better(best, state);
      return best;
    });
  }

  /** Where a jump into a block comes from: one of its own or beside it, unless the best of all is better by what it costs more. */
  #source(best: State, own: State, ...beside: (State | undefined)[]): State {
    const near = beside.reduce<State>(
      (one, other) => (other === undefined ? one : this.#better(one, other)),
      own,
    );
    return this.#value(best) - FAR_JUMP_NATS > this.#value(near) - NEAR_JUMP_NATS ? best : near;
  }

  #valueAfterJump(source: State, block: number): number {
    const blocks = Math.abs(Math.floor((source >> 1) / BLOCK) - block);
    return this.#value(source) - (blocks > 1 ? FAR_JUMP_NATS : NEAR_JUMP_NATS);
  }
}
