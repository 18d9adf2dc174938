import { type KeyedTiles, SYNC } from '../keyed-tiles.ts';
import { CODE_SYMBOLS } from '../tail-biting-code.ts';
import { BAND_COUNT, CLIENT_BANDS, PERIOD_CHIPS } from '../tile-grid.ts';
import type { ChipRatios } from './chip-ratios.ts';
import { tailNats } from './sign-sum-tail.ts';

/** What chips say of the code symbols, once it is known where in the pattern each lies. */
export class SoftSymbols {
  /** Sum of ratios for each symbol; positive for +1. */
  readonly sums: Float64Array = new Float64Array(CODE_SYMBOLS);
  /** Sum of ratios of the synchronisation chips, with the signs that they should have. */
  sync = 0;
  /** Sum of the squares of what each tile's sign weighs in a score. */
  energy = 0;
  /** A tile that is read twice has one sign: its ratios add up before they are squared, or repeated sound would score too high. */
  readonly #weights = new Float64Array(PERIOD_CHIPS * BAND_COUNT);

  /**
   * Adds consecutive chips.
   * @param from - first chip
   * @param count - how many; chips beyond the end are left out
   * @param column - where in the pattern the first of them lies
   */
  add({ chips, roles }: KeyedTiles, ratios: ChipRatios, from: number, count: number, column: number): void {
    const end = Math.min(from + count, ratios.chipCount);
    for (let chip = from; chip < end; chip += 1) {
      const row = ((column + chip - from) % PERIOD_CHIPS) * BAND_COUNT;
      for (const band of CLIENT_BANDS) {
        const ratio = ratios.values[chip * BAND_COUNT + band] as number;
        const agreed = ratio * (chips[row + band] as number);
        const role = roles[row + band] as number;
        if (role === SYNC) this.sync += agreed;
        else this.sums[role] = (this.sums[role] as number) + agreed;
        const weight = this.#weights[row + band] as number;
        this.#weights[row + band] = weight + ratio;
        this.energy += ratio * (ratio + 2 * weight);
      }
    }
  }

  /** How well an id fits whose symbols agree to `correlation`: standard deviations of chance, were the weights alike. */
  fit(correlation: number): number {
    return (this.sync + correlation) / Math.sqrt(Math.max(0, this.energy) + 1e-9);
  }

  /**
   * Evidence of such an id, nats: sound that was not marked with this key reaches it with a probability of at most
   * exp(-nats), since a random key's signs are independent of that sound, whatever the sound and the network are.
   */
  evidence(correlation: number): number {
    return tailNats(
      this.sync + correlation,
      this.#weights.filter(weight => weight !== 0),
    );
  }
}
