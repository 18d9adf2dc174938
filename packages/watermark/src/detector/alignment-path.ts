import { BAND_COUNT, PERIOD_CHIPS, type TilePattern } from '../tile-grid.ts';
import { type ChipRatios, PHASE_COUNT } from './chip-ratios.ts';
import { CLIENT_BANDS } from './sync-search.ts';

/** Chips that share one alignment: 192 ms. */
export const WINDOW_CHIPS = 4;

/** All alignments, in rows of energies between the mark's beginning and the sound's. */
export const OFFSET_COUNT: number = PERIOD_CHIPS * PHASE_COUNT;

/** Jumps this far are ordinary: a pause of up to 4 s was cut out or put in. */
const NEAR_ROWS = 1000;
const NEAR_JUMP_NATS = 8.5;
const FAR_JUMP_NATS = 13;

/** For every window of four chips the offset at which it is read. */
export type AlignmentPath = Int32Array;

/** Phase and pattern column of the first chip at an offset. */
export function alignmentAt(offset: number): { readonly phase: number; readonly column: number } {
  const column = Math.ceil(offset / PHASE_COUNT);
  return { phase: column * PHASE_COUNT - offset, column: column % PERIOD_CHIPS };
}

/** Jumps in a path: near ones and far ones. */
export function jumpsOf(path: AlignmentPath): { readonly near: number; readonly far: number } {
  let near = 0;
  let far = 0;
  for (let window = 1; window < path.length; window += 1) {
    const distance = Math.abs((path[window] as number) - (path[window - 1] as number));
    if (distance === 0) continue;
    if (Math.min(distance, OFFSET_COUNT - distance) <= NEAR_ROWS) near += 1;
    else far += 1;
  }
  return { near, far };
}

/** Natural log of the number of paths with as many jumps, each of which may be anywhere and lead anywhere in its reach. */
export function pathNats(path: AlignmentPath): number {
  const { near, far } = jumpsOf(path);
  const place = Math.log(2 * path.length);
  return near * (place + Math.log(2 * NEAR_ROWS)) + far * (place + Math.log(OFFSET_COUNT));
}

/**
 * The likeliest way through all alignments (Viterbi 1967), where staying is free and jumping costs: it follows sound that was
 * cut, joined or rid of its pauses.
 * @param pilot - signs that are known: those of the synchronisation chips, or of all once an id is supposed; 0 elsewhere
 */
export function alignmentPath(phases: readonly ChipRatios[], pilot: TilePattern): AlignmentPath {
  const windows = Math.floor(Math.min(...phases.map(phase => phase.chipCount)) / WINDOW_CHIPS);
  const steps: Int32Array[] = [];
  let metrics: Float64Array = new Float64Array(OFFSET_COUNT);
  for (let window = 0; window < windows; window += 1) {
    if (window > 0) {
      const { before, values } = bestBefore(metrics);
      steps.push(before);
      metrics = values;
    }
    addWindow(metrics, phases, pilot, window);
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

/** Half the agreement of ratios with signs is the log-likelihood against a chip that could be either. */
function addWindow(
  metrics: Float64Array,
  phases: readonly ChipRatios[],
  pilot: TilePattern,
  window: number,
): void {
  const agreement = new Float64Array(PERIOD_CHIPS);
  for (const [phase, { values }] of phases.entries()) {
    agreement.fill(0);
    for (let chip = 0; chip < WINDOW_CHIPS; chip += 1) {
      addChip(agreement, values, window * WINDOW_CHIPS + chip, pilot);
    }
    for (let column = 0; column < PERIOD_CHIPS; column += 1) {
      const offset = (column * PHASE_COUNT - phase + OFFSET_COUNT) % OFFSET_COUNT;
      metrics[offset] = (metrics[offset] as number) + (agreement[column] as number) / 2;
    }
  }
}

/** Agreement of one chip read as each column of the pattern, noted at the column of the sound's first chip. */
function addChip(agreement: Float64Array, values: Float32Array, chip: number, pilot: TilePattern): void {
  for (let column = 0; column < PERIOD_CHIPS; column += 1) {
    const row = ((column + chip) % PERIOD_CHIPS) * BAND_COUNT;
    let sum = 0;
    for (const band of CLIENT_BANDS) {
      const sign = pilot[row + band] as number;
      if (sign !== 0) sum += sign * (values[chip * BAND_COUNT + band] as number);
    }
    agreement[column] = (agreement[column] as number) + sum;
  }
}

/** For each offset the best one before it: itself, one within reach, or any. */
function bestBefore(metrics: Float64Array): { before: Int32Array; values: Float64Array } {
  const best = argmax(metrics);
  const far = (metrics[best] as number) - FAR_JUMP_NATS;
  const near = slidingArgmax(metrics, NEAR_ROWS);
  const values = new Float64Array(OFFSET_COUNT);
  const before = new Int32Array(OFFSET_COUNT);
  for (let offset = 0; offset < OFFSET_COUNT; offset += 1) {
    const from = near[offset] as number;
    const jumped = (metrics[from] as number) - NEAR_JUMP_NATS;
    const stayed = metrics[offset] as number;
    if (stayed >= jumped && stayed >= far) {
      before[offset] = offset;
      values[offset] = stayed;
    } else if (jumped >= far) {
      before[offset] = from;
      values[offset] = jumped;
    } else {
      before[offset] = best;
      values[offset] = far;
    }
  }
  return { before, values };
}

/** Place of the greatest value within `reach` on both sides, on a circle: a queue of falling values (Lemire 2006). */
function slidingArgmax(values: Float64Array, reach: number): Int32Array {
  const count = values.length;
  const result = new Int32Array(count);
  const queue = new Int32Array(count + 2 * reach + 1);
  let head = 0;
  let tail = 0;
  for (let at = -reach; at < count + reach; at += 1) {
    const value = values[(at + count) % count] as number;
    while (tail > head && (values[((queue[tail - 1] as number) + count) % count] as number) <= value)
      tail -= 1;
    queue[tail] = at;
    tail += 1;
    const centre = at - reach;
    if (centre < 0) continue;
    while ((queue[head] as number) < centre - reach) head += 1;
    result[centre] = ((queue[head] as number) + count) % count;
  }
  return result;
}

function argmax(values: Float64Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at += 1) {
    if ((values[at] as number) > (values[best] as number)) best = at;
  }
  return best;
}
