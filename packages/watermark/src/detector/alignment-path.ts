import { PERIOD_CHIPS } from '../tile-grid.ts';
import { type ChipRatios, PHASE_COUNT } from './chip-ratios.ts';
import { type Pilot, WINDOW_CHIPS } from './pilot.ts';

/** All alignments, in rows of energies between the mark's beginning and the sound's. */
export const OFFSET_COUNT: number = PERIOD_CHIPS * PHASE_COUNT;

/** Offsets whose best is found together: 0.5 s, and 2 s. */
const SHORT_BLOCK_ROWS = 128;
const LONG_BLOCK_ROWS = 512;

/** Jumps forward of up to a second are what is left of a pause that was cut out. */
const PAUSE_ROWS: number = 2 * SHORT_BLOCK_ROWS - 1;
const PAUSE_JUMP_NATS = 6;

/** A piece of 2 to 4 s at most was cut out or put in. */
const NEAR_ROWS: number = 2 * LONG_BLOCK_ROWS - 1;
const NEAR_JUMP_NATS = 8;

const FAR_JUMP_NATS = 12;

/** Of the jumps, which kind is how likely beforehand; together 1. */
const PAUSE_SHARE = 1 / 2;
const NEAR_SHARE = 3 / 8;
const FAR_SHARE = 1 / 8;

/** For every window of four chips the offset at which it is read. */
export type AlignmentPath = Int32Array;

/** Phase and pattern column of the first chip at an offset. */
export function alignmentAt(offset: number): { readonly phase: number; readonly column: number } {
  const column = Math.ceil(offset / PHASE_COUNT);
  return { phase: column * PHASE_COUNT - offset, column: column % PERIOD_CHIPS };
}

/** How many jumps of each kind a path has. */
export interface Jumps {
  readonly pause: number;
  readonly near: number;
  readonly far: number;
}

export function jumpsOf(path: AlignmentPath): Jumps {
  const jumps = { pause: 0, near: 0, far: 0 };
  for (let window = 1; window < path.length; window += 1) {
    const forward = ((path[window] as number) - (path[window - 1] as number) + OFFSET_COUNT) % OFFSET_COUNT;
    if (forward > 0) jumps[kindOf(forward)] += 1;
  }
  return jumps;
}

function kindOf(forward: number): keyof Jumps {
  if (forward <= PAUSE_ROWS) return 'pause';
  return Math.min(forward, OFFSET_COUNT - forward) <= NEAR_ROWS ? 'near' : 'far';
}

/**
 * Natural log of the number of paths with as many jumps of each kind, each of which may be anywhere and lead anywhere in its
 * reach, over the share of the bound that such paths have: 2^-(n + 1) for n jumps in all, times the share of each one's kind.
 * These add up to 1: all paths together keep to the bound.
 */
export function pathNats(path: AlignmentPath): number {
  const { pause, near, far } = jumpsOf(path);
  const jumps = pause + near + far;
  return (
    placesNats(path.length - 1, jumps) +
    (jumps + 1) * Math.LN2 +
    pause * Math.log(PAUSE_ROWS / PAUSE_SHARE) +
    near * Math.log((2 * NEAR_ROWS - PAUSE_ROWS) / NEAR_SHARE) +
    far * Math.log(OFFSET_COUNT / FAR_SHARE)
  );
}

/** Natural log of the number of ways to choose `jumps` of `places`. */
function placesNats(places: number, jumps: number): number {
  let nats = 0;
  for (let jump = 0; jump < jumps; jump += 1) nats += Math.log((places - jump) / (jump + 1));
  return nats;
}

/**
 * The likeliest way through all alignments (Viterbi 1967), where staying is free and jumping costs: it follows sound that was
 * cut, joined or rid of its pauses.
 */
export function alignmentPath(phases: readonly ChipRatios[], pilot: Pilot): AlignmentPath {
  const windows = Math.floor(Math.min(...phases.map(phase => phase.chipCount)) / WINDOW_CHIPS);
  const steps: Int32Array[] = [];
  let metrics: Float64Array = new Float64Array(OFFSET_COUNT);
  for (let window = 0; window < windows; window += 1) {
    if (window > 0) {
      const { before, values } = bestBefore(metrics);
      steps.push(before);
      metrics = values;
    }
    addWindow(metrics, pilot.agreements(phases, window * WINDOW_CHIPS), window * WINDOW_CHIPS);
  }
  return followBack(metrics, steps, windows);
}

function followBack(metrics: Float64Array, steps: readonly Int32Array[], windows: number): AlignmentPath {
  const path = new Int32Array(windows);
  let offset = argmax(metrics);
  for (let window = windows - 1; window >= 0; window -= 1) {
    path[window] = offset;
    if (window > 0) offset = (steps[window - 1] as Int32Array)[offset] as number;
  }
  return path;
}

/**
 * Half the agreement of ratios with signs is the log-likelihood against a chip that could be either.
 * @param chip - the window's first: the sound's first lies so many columns before it
 */
function addWindow(metrics: Float64Array, agreements: Float32Array, chip: number): void {
  for (let phase = 0; phase < PHASE_COUNT; phase += 1) {
    const first = phase * PERIOD_CHIPS;
    for (let column = 0; column < PERIOD_CHIPS; column += 1) {
      const offset = column * PHASE_COUNT - phase;
      const at = offset < 0 ? offset + OFFSET_COUNT : offset;
      const agreement = agreements[first + ((column + chip) % PERIOD_CHIPS)] as number;
      metrics[at] = (metrics[at] as number) + agreement / 2;
    }
  }
}

/** Every offset itself: where nothing jumps. */
const STAYING: Int32Array = Int32Array.from({ length: OFFSET_COUNT }, (_, offset) => offset);

/** For each offset the best one before it: itself, or one from which a jump pays. */
function bestBefore(metrics: Float64Array): { before: Int32Array; values: Float64Array } {
  const values = metrics.slice();
  const before = STAYING.slice();
  bestJumps(metrics).forEach(({ from, value }, block) => {
    const end = (block + 1) * SHORT_BLOCK_ROWS;
    for (let offset = block * SHORT_BLOCK_ROWS; offset < end; offset += 1) {
      if ((values[offset] as number) >= value) continue;
      values[offset] = value;
      before[offset] = from;
    }
  });
  return { before, values };
}

interface Jump {
  readonly from: number;
  /** What is left of the metric there. */
  readonly value: number;
}

/** The best jump into each short block: over a pause from it and the block before, near from the long blocks around it, or far. */
function bestJumps(metrics: Float64Array): Jump[] {
  const short = bestOfEach(metrics, SHORT_BLOCK_ROWS);
  const long = bestOfEach(metrics, LONG_BLOCK_ROWS);
  const best = argmax(metrics);
  const jump = (price: number, ...places: number[]): Jump => {
    const from = places.reduce((one, other) => greater(metrics, one, other));
    return { from, value: (metrics[from] as number) - price };
  };
  const far = jump(FAR_JUMP_NATS, best);
  const near = long.map((own, block) =>
    jump(NEAR_JUMP_NATS, own, previous(long, block), long[(block + 1) % long.length] as number),
  );
  return short.map((own, block) => {
    const around = near[Math.floor((block * SHORT_BLOCK_ROWS) / LONG_BLOCK_ROWS)] as Jump;
    return [jump(PAUSE_JUMP_NATS, own, previous(short, block)), around, far].reduce((one, other) =>
      other.value > one.value ? other : one,
    );
  });
}

const previous = (blocks: readonly number[], block: number): number => blocks.at(block - 1) as number;

const greater = (values: Float64Array, one: number, other: number): number =>
  (values[other] as number) > (values[one] as number) ? other : one;

/** Place of the greatest value of each block. */
function bestOfEach(values: Float64Array, rows: number): number[] {
  return Array.from({ length: values.length / rows }, (_, block) => {
    const from = block * rows;
    return from + argmax(values.subarray(from, from + rows));
  });
}

function argmax(values: Float64Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at += 1) {
    if ((values[at] as number) > (values[best] as number)) best = at;
  }
  return best;
}
