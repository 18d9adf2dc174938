import { BAND_COUNT, CLIENT_BANDS, PERIOD_CHIPS, type TilePattern } from '../tile-grid.ts';
import { type ChipRatios, PHASE_COUNT } from './chip-ratios.ts';
import { KernelWorkspace, placeOf, weightCount } from './kernel-workspace.ts';

/** Chips that share one alignment: 192 ms. */
export const WINDOW_CHIPS = 4;

const BANDS = CLIENT_BANDS.length;
const WINDOW_TILES: number = WINDOW_CHIPS * BANDS;

/** The tiles of a pattern whose signs are known, to be compared with: each column's signs are a product's weights. */
export class Pilot {
  readonly #workspace = new KernelWorkspace(
    PHASE_COUNT * (WINDOW_TILES + PERIOD_CHIPS) + weightCount(WINDOW_TILES, PERIOD_CHIPS),
  );
  readonly #ratios = this.#workspace.numbers(PHASE_COUNT * WINDOW_TILES);
  readonly #signs = this.#workspace.numbers(weightCount(WINDOW_TILES, PERIOD_CHIPS));
  readonly #agreements = this.#workspace.numbers(PHASE_COUNT * PERIOD_CHIPS);

  /** Takes the pattern to compare with from now on. @param pattern - signs that are known; 0 elsewhere */
  take(pattern: TilePattern): void {
    for (let column = 0; column < PERIOD_CHIPS; column += 1) {
      for (let tile = 0; tile < WINDOW_TILES; tile += 1) {
        const chip = (column + Math.floor(tile / BANDS)) % PERIOD_CHIPS;
        const sign = pattern[chip * BAND_COUNT + (CLIENT_BANDS[tile % BANDS] as number)] as number;
        this.#signs[placeOf(WINDOW_TILES, column, tile)] = sign;
      }
    }
  }

  /**
   * How well four chips agree with the pattern, were the first of them in each of its columns.
   * @returns for each phase `PERIOD_CHIPS` sums of ratios with the signs that they should have; valid until the next call
   */
  agreements(phases: readonly ChipRatios[], firstChip: number): Float32Array {
    for (const [phase, { values }] of phases.entries()) {
      for (let tile = 0; tile < WINDOW_TILES; tile += 1) {
        const chip = firstChip + Math.floor(tile / BANDS);
        const ratio = values[chip * BAND_COUNT + (CLIENT_BANDS[tile % BANDS] as number)] as number;
        this.#ratios[phase * WINDOW_TILES + tile] = ratio;
      }
    }
    const [ratios, signs, agreements] = [this.#ratios, this.#signs, this.#agreements];
    this.#workspace.product(ratios, signs, agreements, WINDOW_TILES, PERIOD_CHIPS, PHASE_COUNT);
    return agreements;
  }
}
