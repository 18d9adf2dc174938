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
    for (let half = 0; half < rowCount; half += 1) {
      const from = firstRow + half * rows;
      for (let band = 0; band < BAND_COUNT; band += 1) {
        const energy = this.#upTo(from + rows, band) - this.#upTo(from, band);
        values[half * BAND_COUNT + band] = 10 * Math.log10(Math.max(energy, SMALLEST_ENERGY));
      }
    }
    return { rowCount, values };
  }

  #upTo(row: number, band: number): number {
    const whole = Math.min(Math.floor(row), this.rowCount);
    const low = this.#sums[whole * BAND_COUNT + band] as number;
    if (whole === row || whole === this.rowCount) return low;
    return low + (row - whole) * ((this.#sums[(whole + 1) * BAND_COUNT + band] as number) - low);
  }
}
