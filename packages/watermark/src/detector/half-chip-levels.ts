import { BAND_COUNT, CHIP_SECONDS } from '../tile-grid.ts';
import { type BandEnergies, HOP_SECONDS } from './band-energies.ts';

/** Rows of energies in half a chip at normal speed. */
export const HALF_CHIP_ROWS: number = CHIP_SECONDS / 2 / HOP_SECONDS;

const SMALLEST_ENERGY = 1e-12;

/** Levels over consecutive half chips. */
export interface HalfChipLevels {
  readonly rowCount: number;
  /** `rowCount * BAND_COUNT`, in dB. */
  readonly values: Float32Array;
  /** Levels of each half's two quarters of a chip: `2 * rowCount * BAND_COUNT`, in dB. */
  readonly quarters: Float32Array;
}

/** Sums of energies up to each row, from which the energy of any stretch is a difference. */
export class EnergySums {
  readonly rowCount: number;
  readonly #sums: Float64Array;

  constructor({ rowCount, values }: BandEnergies) {
    this.rowCount = rowCount;
    this.#sums = new Float64Array((rowCount + 1) * BAND_COUNT);
    for (let at = 0; at < rowCount * BAND_COUNT; at += 1) {
      this.#sums[at + BAND_COUNT] = (this.#sums[at] as number) + (values[at] as number);
    }
  }

  /**
   * Levels of consecutive half chips.
   * @param firstRow - where the first begins, in rows of energies; need not be whole
   * @param tempo - how much faster than normal the sound goes; default 1
   */
  levels(firstRow: number, tempo = 1): HalfChipLevels {
    const rows = HALF_CHIP_ROWS / tempo;
    const rowCount = Math.max(0, Math.floor((this.rowCount - firstRow) / rows));
    const values = new Float32Array(rowCount * BAND_COUNT);
    const quarters = new Float32Array(2 * rowCount * BAND_COUNT);
    for (let half = 0; half < rowCount; half += 1) {
      const from = firstRow + half * rows;
      for (let band = 0; band < BAND_COUNT; band += 1) {
        const middle = this.#upTo(from + rows / 2, band);
        const first = middle - this.#upTo(from, band);
        const second = this.#upTo(from + rows, band) - middle;
        values[half * BAND_COUNT + band] = decibels(first + second);
        quarters[2 * half * BAND_COUNT + band] = decibels(first);
        quarters[(2 * half + 1) * BAND_COUNT + band] = decibels(second);
      }
    }
    return { rowCount, values, quarters };
  }

  #upTo(row: number, band: number): number {
    const whole = Math.min(Math.floor(row), this.rowCount);
    const low = this.#sums[whole * BAND_COUNT + band] as number;
    if (whole === row || whole === this.rowCount) return low;
    return low + (row - whole) * ((this.#sums[(whole + 1) * BAND_COUNT + band] as number) - low);
  }
}

const decibels = (energy: number): number => 10 * Math.log10(Math.max(energy, SMALLEST_ENERGY));
