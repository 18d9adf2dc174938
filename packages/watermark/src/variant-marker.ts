import { FourierTransform, zeros } from './fourier.ts';
import { type FrameShape, SMALLEST_ENERGY, WINDOW_SUM } from './frame-shape.ts';
import { MarkStrength } from './mark-strength.ts';
import { RealSpectrum } from './real-spectrum.ts';
import { BAND_COUNT, FORENSIC_BANDS } from './tile-grid.ts';

const DECIBELS_PER_NEPER = 20 / Math.LN10;

/**
 * Marks one channel in two ways at once, by the same weighted overlap-add as `Embedder`: what is said of the sound is measured
 * once, and the two changes share a transform, variant A its real and variant B its imaginary part.
 */
export class VariantMarker {
  readonly #shape: FrameShape;
  readonly #spectrum: RealSpectrum;
  readonly #fourier: FourierTransform;
  readonly #strength: MarkStrength;
  readonly #real: number[];
  readonly #imaginary: number[];
  readonly #input: number[];
  readonly #changes: readonly [number[], number[]];
  readonly #window: readonly number[];
  readonly #bands = new Float64Array(BAND_COUNT);
  readonly #factors = [new Float64Array(BAND_COUNT), new Float64Array(BAND_COUNT)] as const;

  constructor(shape: FrameShape) {
    const { length } = shape;
    this.#shape = shape;
    this.#spectrum = new RealSpectrum(length, shape.topBin);
    this.#fourier = new FourierTransform(length);
    this.#strength = new MarkStrength(FORENSIC_BANDS, shape.hopSeconds);
    this.#real = zeros(length);
    this.#imaginary = zeros(length);
    this.#input = zeros(length);
    this.#changes = [zeros(length), zeros(length)];
    this.#window = [...shape.window];
  }

  /**
   * Takes samples in and puts those of one frame length ago out, in both variants. The ring has the place of the sample that
   * leaves, and the new one takes it.
   * @param place - of the first sample in the rings
   * @throws RangeError when a sample is not finite
   */
  pass(
    input: Float32Array,
    variants: readonly [Float32Array, Float32Array],
    from: number,
    count: number,
    place: number,
  ): void {
    const ring = this.#input;
    const [a, b] = variants;
    const [changeA, changeB] = this.#changes;
    for (let index = 0; index < count; index += 1) {
      const at = place + index;
      const before = ring[at] as number;
      const sample = input[from + index] as number;
      if (!Number.isFinite(sample)) throw new RangeError('A sample of the recording is no number.');
      a[from + index] = before + (changeA[at] as number);
      b[from + index] = before + (changeB[at] as number);
      ring[at] = sample;
      changeA[at] = 0;
      changeB[at] = 0;
    }
  }

  /**
   * Marks the frame that ends here.
   * @param oldest - place of its first sample in the rings
   * @param gains - for each variant which way each band goes
   */
  mark(oldest: number, gains: readonly [Float64Array, Float64Array]): void {
    this.#spectrum.measure(this.#input, oldest, this.#window);
    this.#strength.follow(this.#bands, this.#measureEnergies());
    for (const band of FORENSIC_BANDS) this.#setFactors(band, gains);
    this.#combineChanges();
    this.#fourier.inverse(this.#real, this.#imaginary);
    this.#addChanges(oldest);
  }

  /** @returns energy of the frame */
  #measureEnergies(): number {
    const { bandStarts, topBin } = this.#shape;
    const lowest = bandStarts[0] as number;
    const highest = bandStarts[BAND_COUNT] as number;
    let energy = SMALLEST_ENERGY + this.#energyOf(1, lowest) + this.#energyOf(highest, topBin + 1);
    for (let band = 0; band < BAND_COUNT; band += 1) {
      const own = this.#energyOf(bandStarts[band] as number, bandStarts[band + 1] as number);
      this.#bands[band] = SMALLEST_ENERGY + own;
      energy += own;
    }
    return energy;
  }

  /** @param end - the bin after the last */
  #energyOf(first: number, end: number): number {
    const { real, imaginary } = this.#spectrum;
    let energy = 0;
    for (let bin = first; bin < end; bin += 1) {
      const re = real[bin] as number;
      const im = imaginary[bin] as number;
      energy += re * re + im * im;
    }
    return energy;
  }

  /** By how much the amplitude of a band is to change, as a factor less one. */
  #setFactors(band: number, [gainsA, gainsB]: readonly [Float64Array, Float64Array]): void {
    const nepers = (this.#bands[band] as number) / DECIBELS_PER_NEPER;
    const [factorsA, factorsB] = this.#factors;
    factorsA[band] = Math.exp(nepers * (gainsA[band] as number)) - 1;
    factorsB[band] = Math.exp(nepers * (gainsB[band] as number)) - 1;
  }

  /** The spectrum of A's change plus i times that of B's; a real signal's spectrum is its own mirror, conjugated. */
  #combineChanges(): void {
    this.#real.fill(0);
    this.#imaginary.fill(0);
    for (const band of FORENSIC_BANDS) this.#combineBand(band);
  }

  #combineBand(band: number): void {
    const { length, bandStarts } = this.#shape;
    const [factorsA, factorsB] = this.#factors;
    const a = factorsA[band] as number;
    const b = factorsB[band] as number;
    const real = this.#real;
    const imaginary = this.#imaginary;
    const end = bandStarts[band + 1] as number;
    for (let bin = bandStarts[band] as number; bin < end; bin += 1) {
      const re = this.#spectrum.real[bin] as number;
      const im = this.#spectrum.imaginary[bin] as number;
      real[bin] = a * re - b * im;
      imaginary[bin] = a * im + b * re;
      real[length - bin] = a * re + b * im;
      imaginary[length - bin] = b * re - a * im;
    }
  }

  #addChanges(oldest: number): void {
    const { length } = this.#shape;
    const window = this.#window;
    const [changeA, changeB] = this.#changes;
    const real = this.#real;
    const imaginary = this.#imaginary;
    const scale = 1 / (length * WINDOW_SUM);
    for (let index = 0; index < length; index += 1) {
      const at = (oldest + index) & (length - 1);
      const weight = (window[index] as number) * scale;
      changeA[at] = (changeA[at] as number) + (real[index] as number) * weight;
      changeB[at] = (changeB[at] as number) + (imaginary[index] as number) * weight;
    }
  }
}
