import { BAND_COUNT, CLIENT_BANDS, PERIOD_CHIPS, type TilePattern } from '../tile-grid.ts';

/** The sixteen bands of the mark in four groups, whose signs are looked up together; each sign is -1, 0 or +1. */
const GROUPS = 4;
const GROUP_BANDS: number = CLIENT_BANDS.length / GROUPS;
const GROUP_STATES: number = 3 ** GROUP_BANDS;

/**
 * The tiles of a pattern whose signs are known, in a form that is quick to compare with: what each combination of signs of a few
 * bands would agree is worked out once a moment, and each column then adds up one of them for each group of bands.
 */
export class Pilot {
  /** For each column, and in it for each group, the place of its signs in `#agreements`. */
  readonly #states = new Uint16Array(PERIOD_CHIPS * GROUPS);
  readonly #agreements = new Float64Array(GROUPS * GROUP_STATES);

  /** @param pattern - signs that are known; 0 elsewhere */
  constructor(pattern: TilePattern) {
    for (const [place, band] of CLIENT_BANDS.entries()) {
      const group = Math.floor(place / GROUP_BANDS);
      const digit = 3 ** (place % GROUP_BANDS);
      for (let column = 0; column < PERIOD_CHIPS; column += 1) {
        const sign = pattern[column * BAND_COUNT + band] as number;
        const at = column * GROUPS + group;
        const before = digit === 1 ? group * GROUP_STATES : (this.#states[at] as number);
        this.#states[at] = before + digit * (sign < 0 ? 2 : sign);
      }
    }
  }

  /**
   * Adds to `agreement` how well one moment agrees with each of the columns.
   * @param ratios - ratios of many chips
   * @param chip - which of them; its column is counted from that of chip 0
   * @param columns - columns of chip 0 to look at
   * @param agreement - one value for each of `columns`
   */
  addAgreement(ratios: Float32Array, chip: number, columns: Int32Array, agreement: Float64Array): void {
    this.#workOut(ratios, chip);
    const agreements = this.#agreements;
    const states = this.#states;
    for (let index = 0; index < columns.length; index += 1) {
      const at = (((columns[index] as number) + chip) % PERIOD_CHIPS) * GROUPS;
      agreement[index] =
        (agreement[index] as number) +
        (agreements[states[at] as number] as number) +
        (agreements[states[at + 1] as number] as number) +
        (agreements[states[at + 2] as number] as number) +
        (agreements[states[at + 3] as number] as number);
    }
  }

  /** Every band triples the combinations: without it, with its ratio, and with its ratio negated. */
  #workOut(ratios: Float32Array, chip: number): void {
    const agreements = this.#agreements;
    for (const [place, band] of CLIENT_BANDS.entries()) {
      const group = Math.floor(place / GROUP_BANDS) * GROUP_STATES;
      const ratio = ratios[chip * BAND_COUNT + band] as number;
      const known = 3 ** (place % GROUP_BANDS);
      for (let at = group; at < group + known; at += 1) {
        const without = at === group ? 0 : (agreements[at] as number);
        agreements[at] = without;
        agreements[at + known] = without + ratio;
        agreements[at + 2 * known] = without - ratio;
      }
    }
  }
}
