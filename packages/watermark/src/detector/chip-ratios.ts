import { BAND_COUNT } from '../tile-grid.ts';
import { ChipContext } from './chip-context.ts';
import { BATCH_CHIPS, type ChipNetwork, INPUT_SIZE } from './chip-network.ts';
import { type EnergySums, HALF_CHIP_ROWS } from './half-chip-levels.ts';

/** Places at which the first chip may begin, `HOP_SECONDS` apart: they cover one chip. */
export const PHASE_COUNT: number = 2 * HALF_CHIP_ROWS;

/** What each chip seems to be, were the first to begin at one of the phases. */
export interface ChipRatios {
  readonly chipCount: number;
  /** `chipCount * BAND_COUNT` log-likelihood ratios; 0 in bands that were not looked at. */
  readonly values: Float32Array;
}

/**
 * The front end, which needs no key: a log-likelihood ratio for each chip of the given bands at each of the phases.
 * @param tempo - how much faster than normal the sound goes
 * @param step - rows of energies between two phases; a divisor of `HALF_CHIP_ROWS`
 * @returns `PHASE_COUNT / step` results; phase p begins `p * step / tempo` rows of energies after the first
 */
export function chipRatios(
  sums: EnergySums,
  network: ChipNetwork,
  bands: readonly number[],
  tempo = 1,
  step = 1,
): ChipRatios[] {
  const phases: ChipRatios[] = [];
  const perHalf = HALF_CHIP_ROWS / step;
  for (let phase = 0; phase < perHalf; phase += 1) {
    const context = new ChipContext(sums.levels((phase * step) / tempo, tempo));
    phases[phase] = ratiosFrom(context, network, bands, 0);
    phases[phase + perHalf] = ratiosFrom(context, network, bands, 1);
  }
  return phases;
}

function ratiosFrom(
  context: ChipContext,
  network: ChipNetwork,
  bands: readonly number[],
  from: 0 | 1,
): ChipRatios {
  const chipCount = Math.max(0, Math.ceil((context.chipCount - from) / 2));
  const values = new Float32Array(chipCount * BAND_COUNT);
  const batch = new Batch(network);
  for (let chip = 0; chip < chipCount; chip += 1) {
    for (const band of bands) {
      context.read(2 * chip + from, band, network.inputs, batch.next);
      batch.add(chip * BAND_COUNT + band, values);
    }
  }
  batch.flush(values);
  return { chipCount, values };
}

/** Gathers chips until the network can take them together. */
class Batch {
  readonly #network: ChipNetwork;
  readonly #ratios = new Float32Array(BATCH_CHIPS);
  readonly #places = new Int32Array(BATCH_CHIPS);
  #count = 0;

  constructor(network: ChipNetwork) {
    this.#network = network;
  }

  /** Where among the network's inputs those of the next chip go. */
  get next(): number {
    return this.#count * INPUT_SIZE;
  }

  /** Takes the chip whose inputs were written; its ratio goes to `values[place]`, now or later. */
  add(place: number, values: Float32Array): void {
    this.#places[this.#count] = place;
    this.#count += 1;
    if (this.#count === BATCH_CHIPS) this.flush(values);
  }

  /** Sends on what is gathered. */
  flush(values: Float32Array): void {
    if (this.#count === 0) return;
    this.#network.ratios(this.#ratios);
    for (let chip = 0; chip < this.#count; chip += 1) {
      values[this.#places[chip] as number] = this.#ratios[chip] as number;
    }
    this.#count = 0;
  }
}
