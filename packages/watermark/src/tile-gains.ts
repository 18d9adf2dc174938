import { BAND_COUNT, CHIP_SECONDS, PERIOD_CHIPS, type TilePattern } from './tile-grid.ts';

/** A chip's two halves and its neighbours meet in a ramp of this length, which keeps the gain from clicking. */
export const RAMP_SECONDS = 0.008;

/** Share of its lower neighbour that a band takes off: speech has less energy in such differences. */
const NEIGHBOUR_SHARE = 0.3;
const NEIGHBOUR_NORM = Math.sqrt(1 + NEIGHBOUR_SHARE ** 2);

/** Which way each band goes at a moment of the mark. */
export class TileGains {
  readonly #pattern: TilePattern;

  constructor(pattern: TilePattern) {
    if (pattern.length !== PERIOD_CHIPS * BAND_COUNT) {
      throw new RangeError(`A tile pattern has ${PERIOD_CHIPS * BAND_COUNT} values.`);
    }
    this.#pattern = pattern;
  }

  /**
   * @param seconds - since the mark began; may be negative
   * @param gains - `BAND_COUNT` values of about -1.25 to 1.25, written
   */
  at(seconds: number, gains: Float64Array): void {
    const halves = (2 * seconds) / CHIP_SECONDS;
    const boundary = Math.round(halves);
    const fromBoundary = (halves - boundary) * (CHIP_SECONDS / 2);
    const after = Math.min(1, Math.max(0, fromBoundary / RAMP_SECONDS + 0.5));
    for (let band = 0; band < BAND_COUNT; band += 1) {
      gains[band] = (1 - after) * this.#half(boundary - 1, band) + after * this.#half(boundary, band);
    }
  }

  /** Biphase: the first half of a chip has its sign, the second the other. */
  #half(half: number, band: number): number {
    const column = Math.floor(half / 2) % PERIOD_CHIPS;
    const tile = (column < 0 ? column + PERIOD_CHIPS : column) * BAND_COUNT + band;
    const chip = this.#pattern[tile] as number;
    const lower = band > 0 ? (this.#pattern[tile - 1] as number) : 0;
    const gain = chip === 0 || lower === 0 ? chip : (chip - NEIGHBOUR_SHARE * lower) / NEIGHBOUR_NORM;
    return half % 2 === 0 ? gain : -gain;
  }
}
