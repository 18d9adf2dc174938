import { BAND_COUNT, PERIOD_CHIPS, type TilePattern } from '../tile-grid.ts';

/** Place of a value that is always 0, for columns with fewer tiles than others. */
const NOTHING = 2 * BAND_COUNT;

/**
 * The tiles of a pattern whose signs are known, column by column, in a form that is quick to compare with: each is the place of
 * its value among a moment's ratios followed by the same ratios negated.
 */
export class Pilot {
  readonly #perColumn: number;
  readonly #places: Uint8Array;
  readonly #signed = new Float64Array(2 * BAND_COUNT + 1);

  /** @param pattern - signs that are known; 0 elsewhere */
  constructor(pattern: TilePattern) {
    const columns = Array.from({ length: PERIOD_CHIPS }, (_, column) => placesOf(pattern, column));
    this.#perColumn = Math.max(...columns.map(places => places.length));
    this.#places = new Uint8Array(PERIOD_CHIPS * this.#perColumn).fill(NOTHING);
    columns.forEach((places, column) => this.#places.set(places, column * this.#perColumn));
  }

  /**
   * Adds to `agreement` how well one moment agrees with each of the columns.
   * @param ratios - ratios of many chips
   * @param chip - which of them; its column is counted from that of chip 0
   * @param columns - columns of chip 0 to look at
   * @param agreement - one value for each of `columns`
   */
  addAgreement(ratios: Float32Array, chip: number, columns: Int32Array, agreement: Float64Array): void {
    this.#sign(ratios, chip);
    const signed = this.#signed;
    const places = this.#places;
    const perColumn = this.#perColumn;
    for (let index = 0; index < columns.length; index += 1) {
      let at = (((columns[index] as number) + chip) % PERIOD_CHIPS) * perColumn;
      let sum = 0;
      for (const end = at + perColumn; at < end; at += 1) sum += signed[places[at] as number] as number;
      agreement[index] = (agreement[index] as number) + sum;
    }
  }

  #sign(ratios: Float32Array, chip: number): void {
    for (let band = 0; band < BAND_COUNT; band += 1) {
      const ratio = ratios[chip * BAND_COUNT + band] as number;
      this.#signed[band] = ratio;
      this.#signed[BAND_COUNT + band] = -ratio;
    }
  }
}

function placesOf(pattern: TilePattern, column: number): number[] {
  const places: number[] = [];
  for (let band = 0; band < BAND_COUNT; band += 1) {
    const sign = pattern[column * BAND_COUNT + band] as number;
    if (sign !== 0) places.push(sign > 0 ? band : BAND_COUNT + band);
  }
  return places;
}
