import { PERIOD_CHIPS } from '../tile-grid.ts';
import { type ChipRatios, PHASE_COUNT } from './chip-ratios.ts';
import type { Pilot } from './pilot.ts';

/** Chips that share one alignment: 192 ms. */
export const WINDOW_CHIPS = 4;

/** All alignments, in rows of energies between the mark's beginning and the sound's. */
export const OFFSET_COUNT: number = PERIOD_CHIPS * PHASE_COUNT;

/** Offsets whose best is found together: 2 s. */
const BLOCK_ROWS = 512;

/** Jumps within a block and its neighbours are ordinary: a pause of 2 to 4 s at most was cut out or put in. */
const NEAR_ROWS: number = 2 * BLOCK_ROWS - 1;
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

/**
 * Natural log of the number of paths with as many jumps, each of which may be anywhere and lead anywhere in its reach, over the
 * share of the bound that such paths have. With n near and f far jumps it is at least n! f! 2^(n + f) e times their number, and
 * 1 / (n! f! 2^(n + f)) adds up to e over all n and f: all paths together keep to the bound.
 */
export function pathNats(path: AlignmentPath): number {
  const { near, far } = jumpsOf(path);
  const place = Math.log(2 * Math.max(1, path.length));
  return 1 + near * (place + Math.log(2 * NEAR_ROWS)) + far * (place + Math.log(OFFSET_COUNT));
}

/** Columns around a path in which the next round looks: about 2 s on each side. */
const CORRIDOR_COLUMNS = 40;

/** All columns that the first chip of the sound may lie in. */
export const ALL_COLUMNS: Int32Array = Int32Array.from({ length: PERIOD_CHIPS }, (_, column) => column);

/** The columns near those that a path goes through. */
export function corridor(path: AlignmentPath): Int32Array {
  const wanted = new Set<number>();
  for (const offset of new Set(path)) {
    const { column } = alignmentAt(offset);
    for (let away = -CORRIDOR_COLUMNS; away <= CORRIDOR_COLUMNS; away += 1) {
      wanted.add((column + away + PERIOD_CHIPS) % PERIOD_CHIPS);
    }
  }
  return Int32Array.from(wanted).sort();
}

/**
 * The likeliest way through all alignments (Viterbi 1967), where staying is free and jumping costs: it follows sound that was
 * cut, joined or rid of its pauses.
 * @param columns - where to look; elsewhere nothing speaks for or against
 */
export function alignmentPath(
  phases: readonly ChipRatios[],
  pilot: Pilot,
  columns: Int32Array = ALL_COLUMNS,
): AlignmentPath {
  const windows = Math.floor(Math.min(...phases.map(phase => phase.chipCount)) / WINDOW_CHIPS);
  const steps: Int32Array[] = [];
  let metrics: Float64Array = new Float64Array(OFFSET_COUNT);
  for (let window = 0; window < windows; window += 1) {
    if (window > 0) {
      const { before, values } = bestBefore(metrics);
      steps.push(before);
      metrics = values;
    }
    addWindow(metrics, phases, pilot, columns, window);
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
  pilot: Pilot,
  columns: Int32Array,
  window: number,
): void {
  const agreement = new Float64Array(columns.length);
  for (const [phase, { values }] of phases.entries()) {
    agreement.fill(0);
    for (let chip = 0; chip < WINDOW_CHIPS; chip += 1) {
      pilot.addAgreement(values, window * WINDOW_CHIPS + chip, columns, agreement);
    }
    for (let index = 0; index < columns.length; index += 1) {
      const offset = ((columns[index] as number) * PHASE_COUNT - phase + OFFSET_COUNT) % OFFSET_COUNT;
      metrics[offset] = (metrics[offset] as number) + (agreement[index] as number) / 2;
    }
  }
}

/** For each offset the best one before it: itself, one within reach, or any. */
function bestBefore(metrics: Float64Array): { before: Int32Array; values: Float64Array } {
  const best = argmax(metrics);
  const far = (metrics[best] as number) - FAR_JUMP_NATS;
  const near = bestAround(metrics);
  const values = new Float64Array(OFFSET_COUNT);
  const before = new Int32Array(OFFSET_COUNT);
  for (let offset = 0; offset < OFFSET_COUNT; offset += 1) {
    const from = near[Math.floor(offset / BLOCK_ROWS)] as number;
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

/** Place of the greatest value of each block and the two beside it, on a circle. */
function bestAround(values: Float64Array): Int32Array {
  const count = values.length / BLOCK_ROWS;
  const each = Int32Array.from({ length: count }, (_, block) => {
    const from = block * BLOCK_ROWS;
    return from + argmax(values.subarray(from, from + BLOCK_ROWS));
  });
  return each.map((own, block) => {
    const before = each[(block + count - 1) % count] as number;
    const after = each[(block + 1) % count] as number;
    const greater = (one: number, other: number) =>
      (values[other] as number) > (values[one] as number) ? other : one;
    return greater(greater(own, before), after);
  });
}

function argmax(values: Float64Array): number {
  let best = 0;
  for (let at = 1; at < values.length; at += 1) {
    if ((values[at] as number) > (values[best] as number)) best = at;
  }
  return best;
}
