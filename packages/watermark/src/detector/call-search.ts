import { FourierTransform } from '../fourier.ts';
import { BAND_COUNT, CHIP_SECONDS, FORENSIC_BANDS } from '../tile-grid.ts';
import type { CallPattern } from './call-pattern.ts';
import type { ForensicView } from './forensic-view.ts';

/** Where in a call a clip would lie. */
export interface CallAlignment {
  /** Second of the recording at which the clip begins; may be negative. */
  readonly startSeconds: number;
  /** How well the common chips fit; standard deviations of chance, about. */
  readonly score: number;
}

const BANDS = FORENSIC_BANDS.length;
const PAIRS = BANDS / 2;
const SMALLEST_TRANSFORM = 8192;

/** Of the chips that are common to both variants, about. */
const COMMON_SHARE = 0.3;

/** Of two alignments closer than a third of a chip only the better one is kept. */
const APART_SECONDS = CHIP_SECONDS / 3;

/** A clip has to lie in the call with this much of it. */
const LEAST_SECONDS = 1;

interface Spectrum {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/**
 * The places in a call where the chips that both variants share fit a clip best, best first: a cross-correlation over the whole
 * call, block by block. Who listened plays no part in it, so that it makes no listener likelier than another.
 * @param count - how many to return
 */
export function searchCall(view: ForensicView, pattern: CallPattern, count: number): CallAlignment[] {
  const length = transformLength(view.rowCount);
  const correlator = new Correlator(view, pattern, length);
  const least = Math.round(LEAST_SECONDS / view.rowSeconds);
  const lastRow = Math.ceil(pattern.chipSeconds(pattern.segmentCount + 1, 0) / view.rowSeconds);
  const found: CallAlignment[] = [];
  const scale = 1 / deviation(view);
  const step = length - view.rowCount;
  for (let row = least - view.rowCount; row <= lastRow - least; row += step) {
    const sums = correlator.at(row);
    const end = Math.min(step, lastRow - least + 1 - row);
    for (let at = 0; at < end; at += 1) {
      const alignment = { startSeconds: (row + at) * view.rowSeconds, score: (sums[at] as number) * scale };
      keep(found, alignment, count);
    }
  }
  return found;
}

const transformLength = (rowCount: number): number =>
  Math.max(SMALLEST_TRANSFORM, 2 ** Math.ceil(Math.log2(3 * rowCount)));

/** Of a sum over random signs on the common chips. */
function deviation({ values, rowSeconds }: ForensicView): number {
  let energy = 1e-12;
  for (const value of values) energy += value * value;
  return Math.sqrt((energy * COMMON_SHARE * rowSeconds) / CHIP_SECONDS);
}

/** Keeps the `count` best, sorted, each apart from the others. */
function keep(found: CallAlignment[], alignment: CallAlignment, count: number): void {
  const { startSeconds, score } = alignment;
  if (found.length === count && score <= (found[count - 1] as CallAlignment).score) return;
  const near = found.findIndex(other => Math.abs(other.startSeconds - startSeconds) < APART_SECONDS);
  if (near !== -1) {
    if (score <= (found[near] as CallAlignment).score) return;
    found.splice(near, 1);
  }
  const place = found.findIndex(other => score > other.score);
  found.splice(place === -1 ? found.length : place, 0, alignment);
  if (found.length > count) found.pop();
}

/** Sums of ratios with the signs of the common chips, for a block of offsets at a time; two bands share a transform. */
class Correlator {
  readonly #view: ForensicView;
  readonly #pattern: CallPattern;
  readonly #length: number;
  readonly #fourier: FourierTransform;
  readonly #clip: readonly Spectrum[];
  readonly #work: Spectrum;
  readonly #sum: Spectrum;

  constructor(view: ForensicView, pattern: CallPattern, length: number) {
    this.#view = view;
    this.#pattern = pattern;
    this.#length = length;
    this.#fourier = new FourierTransform(length);
    this.#work = emptySpectrum(length);
    this.#sum = emptySpectrum(length);
    this.#clip = Array.from({ length: PAIRS }, (_, pair) => this.#clipSpectrum(pair));
  }

  #clipSpectrum(pair: number): Spectrum {
    const spectrum = emptySpectrum(this.#length);
    for (let row = 0; row < this.#view.rowCount; row += 1) {
      spectrum.real[row] = this.#view.values[row * BANDS + 2 * pair] as number;
      spectrum.imaginary[row] = this.#view.values[row * BANDS + 2 * pair + 1] as number;
    }
    this.#fourier.forward(spectrum.real, spectrum.imaginary);
    return spectrum;
  }

  /** @returns the sums for a clip that begins at row `from` of the call and at those after it, `length - rowCount` of them */
  at(from: number): Float64Array {
    const { real, imaginary } = this.#sum;
    real.fill(0);
    imaginary.fill(0);
    for (let pair = 0; pair < PAIRS; pair += 1) {
      this.#layChips(from, pair);
      this.#fourier.forward(this.#work.real, this.#work.imaginary);
      this.#addProduct(this.#clip[pair] as Spectrum);
    }
    this.#fourier.inverse(real, imaginary);
    for (let at = 0; at < this.#length; at += 1) real[at] = (real[at] as number) / this.#length;
    return real;
  }

  /** Common chips of two bands as the real and imaginary part of rows `from` on. */
  #layChips(from: number, pair: number): void {
    const { rowSeconds } = this.#view;
    const { real, imaginary } = this.#work;
    real.fill(0);
    imaginary.fill(0);
    const [low, high] = [FORENSIC_BANDS[2 * pair] as number, FORENSIC_BANDS[2 * pair + 1] as number];
    const end = from + this.#length;
    const { first, last } = this.#pattern.segmentsBetween(from * rowSeconds, end * rowSeconds);
    for (let index = first; index <= last; index += 1) {
      const { chipCount, common } = this.#pattern.segment(index);
      for (let chip = 0; chip < chipCount; chip += 1) {
        const row = Math.round(this.#pattern.chipSeconds(index, chip) / rowSeconds) - from;
        if (row < 0 || row >= this.#length) continue;
        real[row] = common[chip * BAND_COUNT + low] as number;
        imaginary[row] = common[chip * BAND_COUNT + high] as number;
      }
    }
  }

  /** Adds the chips' spectrum times the clip's conjugate: both bands' correlations add up in the real part. */
  #addProduct(clip: Spectrum): void {
    const { real, imaginary } = this.#sum;
    for (let at = 0; at < this.#length; at += 1) {
      const a = this.#work.real[at] as number;
      const b = this.#work.imaginary[at] as number;
      const c = clip.real[at] as number;
      const d = clip.imaginary[at] as number;
      real[at] = (real[at] as number) + a * c + b * d;
      imaginary[at] = (imaginary[at] as number) + b * c - a * d;
    }
  }
}

const emptySpectrum = (length: number): Spectrum => ({
  real: new Float64Array(length),
  imaginary: new Float64Array(length),
});
