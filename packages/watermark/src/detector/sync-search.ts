import { FourierTransform } from '../fourier.ts';
import { type KeyedTiles, SYNC } from '../keyed-tiles.ts';
import { BAND_COUNT, CLIENT_BANDS, PERIOD_CHIPS } from '../tile-grid.ts';
import type { ChipRatios } from './chip-ratios.ts';

/** Where the mark would lie. */
export interface Alignment {
  /** Phase in which the chips are read. */
  readonly phase: number;
  /** Place in the pattern of the first chip read. */
  readonly column: number;
  /** How well the synchronisation chips fit; standard deviations of chance. */
  readonly score: number;
}

interface Spectrum {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** Finds where the synchronisation chips of one key lie, by circular correlation over the whole period. */
export class SyncSearch {
  readonly #fourier = new FourierTransform(PERIOD_CHIPS);
  readonly #spectra: readonly Spectrum[];
  readonly #work: Spectrum = emptySpectrum();
  readonly #sum: Spectrum = emptySpectrum();

  constructor(tiles: KeyedTiles) {
    this.#spectra = CLIENT_BANDS.map(band => this.#spectrumOf(tiles, band));
  }

  /**
   * The best alignments of all phases, best first.
   * @param count - how many to return
   */
  best(phases: readonly ChipRatios[], count: number): Alignment[] {
    const found: Alignment[] = [];
    for (let phase = 0; phase < phases.length; phase += 2) {
      const first = phases[phase] as ChipRatios;
      const second = phases[phase + 1] ?? first;
      this.#correlate(first, second);
      collect(found, this.#sum.real, 1 / deviation(first), phase, count);
      if (second !== first) {
        collect(found, this.#sum.imaginary, -1 / deviation(second), phase + 1, count);
      }
    }
    return found.sort((a, b) => b.score - a.score).slice(0, count);
  }

  #spectrumOf({ chips, roles }: KeyedTiles, band: number): Spectrum {
    const spectrum = emptySpectrum();
    for (let column = 0; column < PERIOD_CHIPS; column += 1) {
      const tile = column * BAND_COUNT + band;
      if (roles[tile] === SYNC) spectrum.real[column] = chips[tile] as number;
    }
    this.#fourier.forward(spectrum.real, spectrum.imaginary);
    return spectrum;
  }

  /** Two phases share a transform; their correlations come out as its real and its negative imaginary part. */
  #correlate(first: ChipRatios, second: ChipRatios): void {
    const { real, imaginary } = this.#sum;
    real.fill(0);
    imaginary.fill(0);
    for (const [index, spectrum] of this.#spectra.entries()) {
      fold(first, CLIENT_BANDS[index] as number, this.#work.real);
      fold(second, CLIENT_BANDS[index] as number, this.#work.imaginary);
      this.#fourier.forward(this.#work.real, this.#work.imaginary);
      for (let at = 0; at < PERIOD_CHIPS; at += 1) {
        const a = spectrum.real[at] as number;
        const b = spectrum.imaginary[at] as number;
        const c = this.#work.real[at] as number;
        const d = this.#work.imaginary[at] as number;
        real[at] = (real[at] as number) + a * c + b * d;
        imaginary[at] = (imaginary[at] as number) + b * c - a * d;
      }
    }
    this.#fourier.inverse(real, imaginary);
  }
}

function emptySpectrum(): Spectrum {
  return { real: new Float64Array(PERIOD_CHIPS), imaginary: new Float64Array(PERIOD_CHIPS) };
}

function fold({ chipCount, values }: ChipRatios, band: number, into: Float64Array): void {
  into.fill(0);
  for (let chip = 0; chip < chipCount; chip += 1) {
    const at = chip % PERIOD_CHIPS;
    into[at] = (into[at] as number) + (values[chip * BAND_COUNT + band] as number);
  }
}

/** Of a correlation with random signs on a quarter of the chips, times the transform's length. */
function deviation({ values }: ChipRatios): number {
  let energy = 1e-12;
  for (const value of values) energy += value * value;
  return Math.sqrt(energy / 4) * PERIOD_CHIPS;
}

/** Keeps the `count` best of what is found so far and one phase's correlations. */
function collect(found: Alignment[], sums: Float64Array, scale: number, phase: number, count: number): void {
  let least = found.length < count ? -Infinity : (found[count - 1] as Alignment).score;
  for (let column = 0; column < PERIOD_CHIPS; column += 1) {
    const score = (sums[column] as number) * scale;
    if (score <= least) continue;
    const place = found.findIndex(other => score > other.score);
    found.splice(place === -1 ? found.length : place, 0, { phase, column, score });
    if (found.length > count) found.pop();
    if (found.length === count) least = (found[count - 1] as Alignment).score;
  }
}
