import { BAND_COUNT } from '../tile-grid.ts';
import type { HalfChipLevels } from './half-chip-levels.ts';

/** Half chips of the patch before the chip, and from its beginning on. */
export const PATCH_BEFORE = 4;
export const PATCH_ROWS = 10;

/** Bands of the patch on each side. */
const BAND_REACH = 3;
export const PATCH_BANDS: number = 2 * BAND_REACH + 1;

/** Quarters of chips before the chip, and from its beginning on, in the band and its neighbours: the step in a chip's middle. */
const QUARTERS_BEFORE = 2;
const QUARTER_ROWS = 9;
const QUARTER_REACH = 1;
const QUARTER_BANDS = 2 * QUARTER_REACH + 1;

const HALVES_SIZE = PATCH_ROWS * PATCH_BANDS;

/** Levels around a chip that the network sees: of half chips, then of quarters, each time by time, lowest band first. */
export const PATCH_SIZE: number = HALVES_SIZE + QUARTER_ROWS * QUARTER_BANDS;

/** A quarter of a chip has half the energy of a half. */
const QUARTER_DECIBELS = 10 * Math.log10(2);

/** Levels are told in this many decibels, so that all values are of one size. */
const PATCH_SCALE_DECIBELS = 8;

/** Further values that it sees. */
export const CONTEXT_SIZE = 10;

const RANGE_DECIBELS = 65;
const RELEASE_DECIBELS = 2.5;
const PADDED_BANDS = BAND_COUNT + 2 * BAND_REACH;

/**
 * What is known around each possible chip: the patch of levels, and how loud, how far above the noise and how deep under the
 * loudest band it lies. Levels count from the clip's own (90 % of its moments are quieter), so that volume does not matter.
 */
export class ChipContext {
  /** Chips that begin at any half chip. */
  readonly chipCount: number;
  readonly #padded: Float32Array;
  readonly #quarters: Float32Array;
  readonly #floors: Float32Array;
  readonly #floor: number;
  readonly #envelope: Float32Array;

  constructor(levels: HalfChipLevels) {
    this.chipCount = Math.max(0, levels.rowCount - 1);
    const reference = loudLevel(levels);
    const values = normalised(levels.values, reference);
    this.#floors = bandFloors(values, levels.rowCount);
    this.#floor = this.#floors.reduce((sum, level) => sum + level, 0) / BAND_COUNT;
    this.#envelope = envelope(values, levels.rowCount);
    this.#padded = padded(values, levels.rowCount, PATCH_BEFORE, PATCH_ROWS);
    const quarters = normalised(levels.quarters, reference - QUARTER_DECIBELS);
    this.#quarters = padded(quarters, 2 * levels.rowCount, QUARTERS_BEFORE, QUARTER_ROWS);
  }

  /**
   * @param chip - half chip at which the chip begins
   * @param inputs - written from `at` on: `PATCH_SIZE` levels, their mean taken off, then `CONTEXT_SIZE` values; all of about -1 to 1
   */
  read(chip: number, band: number, inputs: Float32Array, at: number): void {
    const { mean, deviation } = this.#readPatch(chip, band, inputs, at);
    const first = this.#padded[this.#at(chip, band)] as number;
    const second = this.#padded[this.#at(chip + 1, band)] as number;
    const floor = this.#floors[band] as number;
    const before = this.#envelope[chip] as number;
    const after = this.#envelope[chip + 1] as number;
    const level = (first + second) / 2;
    const around = at + PATCH_SIZE;
    inputs[around] = mean / 20 + 1;
    inputs[around + 1] = (level - floor) / 15 - 1;
    inputs[around + 2] = (Math.max(before, after) - level) / 15 - 1;
    inputs[around + 3] = (2 * band) / (BAND_COUNT - 1) - 1;
    inputs[around + 4] = deviation / 4 - 1;
    inputs[around + 5] = (second - floor) / 15 - 1;
    inputs[around + 6] = (first - floor) / 15 - 1;
    inputs[around + 7] = (after - before) / 10;
    inputs[around + 8] = floor / 20 + 2;
    inputs[around + 9] = this.#floor / 20 + 2;
  }

  /** Place of a level among the padded ones. */
  #at(half: number, band: number): number {
    return (half + PATCH_BEFORE) * PADDED_BANDS + band + BAND_REACH;
  }

  #readPatch(
    chip: number,
    band: number,
    patch: Float32Array,
    at: number,
  ): { mean: number; deviation: number } {
    copyBlock(this.#padded, chip, band, PATCH_ROWS, PATCH_BANDS, patch, at);
    const quarterBand = band + BAND_REACH - QUARTER_REACH;
    copyBlock(this.#quarters, 2 * chip, quarterBand, QUARTER_ROWS, QUARTER_BANDS, patch, at + HALVES_SIZE);
    const end = at + PATCH_SIZE;
    let sum = 0;
    let squares = 0;
    for (let place = at; place < end; place += 1) {
      const level = patch[place] as number;
      sum += level;
      squares += level * level;
    }
    const mean = sum / PATCH_SIZE;
    for (let place = at; place < end; place += 1) {
      patch[place] = ((patch[place] as number) - mean) / PATCH_SCALE_DECIBELS;
    }
    return { mean, deviation: Math.sqrt(Math.max(0, squares / PATCH_SIZE - mean * mean)) };
  }
}

function copyBlock(
  from: Float32Array,
  row: number,
  band: number,
  rows: number,
  bands: number,
  into: Float32Array,
  at: number,
): void {
  let to = at;
  for (let index = row; index < row + rows; index += 1) {
    const first = index * PADDED_BANDS + band;
    for (let place = first; place < first + bands; place += 1) {
      into[to] = from[place] as number;
      to += 1;
    }
  }
}

/** What the loudest band of 90 % of the moments stays under. */
function loudLevel({ rowCount, values }: HalfChipLevels): number {
  const loudest = Float32Array.from({ length: rowCount }, (_, row) => loudestBand(values, row)).sort();
  return loudest[Math.floor(rowCount * 0.9)] ?? 0;
}

function normalised(levels: Float32Array, reference: number): Float32Array {
  return levels.map(level => Math.max(level - reference, -RANGE_DECIBELS));
}

function loudestBand(values: Float32Array, row: number): number {
  let loudest = -Infinity;
  for (let band = 0; band < BAND_COUNT; band += 1) {
    loudest = Math.max(loudest, values[row * BAND_COUNT + band] as number);
  }
  return loudest;
}

/** The level that 10 % of the moments stay under. */
function bandFloors(values: Float32Array, rowCount: number): Float32Array {
  return Float32Array.from({ length: BAND_COUNT }, (_, band) => {
    const levels = Float32Array.from(
      { length: rowCount },
      (_, row) => values[row * BAND_COUNT + band] as number,
    );
    return levels.sort()[Math.floor(rowCount * 0.1)] ?? 0;
  });
}

function envelope(values: Float32Array, rowCount: number): Float32Array {
  let level = -RANGE_DECIBELS;
  return Float32Array.from({ length: rowCount }, (_, row) => {
    level = Math.max(loudestBand(values, row), level - RELEASE_DECIBELS);
    return level;
  });
}

/** The outermost levels stand for what lies outside. */
function padded(values: Float32Array, rowCount: number, before: number, more: number): Float32Array {
  const rows = rowCount + more;
  const result = new Float32Array(rows * PADDED_BANDS);
  for (let row = 0; row < rows; row += 1) {
    const from = Math.min(Math.max(row - before, 0), Math.max(0, rowCount - 1));
    for (let column = 0; column < PADDED_BANDS; column += 1) {
      const band = Math.min(Math.max(column - BAND_REACH, 0), BAND_COUNT - 1);
      result[row * PADDED_BANDS + column] = values[from * BAND_COUNT + band] ?? 0;
    }
  }
  return result;
}
