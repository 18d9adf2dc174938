import { FourierTransform } from './fourier.ts';
import { type FrameShape, SMALLEST_ENERGY, WINDOW_SUM } from './frame-shape.ts';
import { MarkStrength } from './mark-strength.ts';
import { BAND_COUNT, FORENSIC_BANDS } from './tile-grid.ts';

const DECIBELS_PER_NEPER = 20 / Math.LN10;

/**
 * Marks one channel in two ways at once, by the same weighted overlap-add as `Embedder`: what is said of the sound is measured
 * once, and the two changes share a transform, variant A its real and variant B its imaginary part.
 */
export class VariantMarker {
  readonly #shape: FrameShape;
  readonly #fourier: FourierTransform;
  readonly #strength: MarkStrength;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #input: Float64Array;
  readonly #changes: readonly [Float64Array, Float64Array];
  readonly #levels = new Float64Array(BAND_COUNT);
  readonly #factors = [new Float64Array(BAND_COUNT), new Float64Array(BAND_COUNT)] as const;

  constructor(shape: FrameShape) {
    const { length } = shape;
    this.#shape = shape;
    this.#fourier = new FourierTransform(length);
    this.#strength = new MarkStrength(FORENSIC_BANDS, shape.hopSeconds);
    this.#real = new Float64Array(length);
    this.#imaginary = new Float64Array(length);
    this.#input = new Float64Array(length);
    this.#changes = [new Float64Array(length), new Float64Array(length)];
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
    this.#transform(oldest);
    this.#strength.follow(this.#levels, this.#measureLevels());
    for (const band of FORENSIC_BANDS) this.#setFactors(band, gains);
    this.#keepOnlyChanges();
    this.#fourier.inverse(this.#real, this.#imaginary);
    this.#addChanges(oldest);
  }

  #transform(oldest: number): void {
    const { length, window } = this.#shape;
    const real = this.#real;
    const input = this.#input;
    for (let index = 0; index < length; index += 1) {
      real[index] = (input[(oldest + index) & (length - 1)] as number) * (window[index] as number);
    }
    this.#imaginary.fill(0);
    this.#fourier.forward(real, this.#imaginary);
  }

  /** @returns energy of the frame */
  #measureLevels(): number {
    const { firstBin, topBin, bandOfBin } = this.#shape;
    const levels = this.#levels.fill(SMALLEST_ENERGY);
    const real = this.#real;
    const imaginary = this.#imaginary;
    let energy = SMALLEST_ENERGY;
    for (let bin = 1; bin <= topBin; bin += 1) {
      const re = real[bin] as number;
      const im = imaginary[bin] as number;
      const power = re * re + im * im;
      energy += power;
      const band = bandOfBin[bin - firstBin];
      if (band !== undefined) levels[band] = (levels[band] as number) + power;
    }
    for (let band = 0; band < BAND_COUNT; band += 1) levels[band] = 10 * Math.log10(levels[band] as number);
    return energy;
  }

  /** By how much the amplitude of a band is to change, as a factor less one. */
  #setFactors(band: number, [gainsA, gainsB]: readonly [Float64Array, Float64Array]): void {
    const nepers = (this.#levels[band] as number) / DECIBELS_PER_NEPER;
    const [factorsA, factorsB] = this.#factors;
    factorsA[band] = Math.exp(nepers * (gainsA[band] as number)) - 1;
    factorsB[band] = Math.exp(nepers * (gainsB[band] as number)) - 1;
  }

  /** Leaves in the spectrum the change of A plus i times that of B; a real signal's spectrum is its own mirror, conjugated. */
  #keepOnlyChanges(): void {
    const { length, firstBin, bandOfBin } = this.#shape;
    const [factorsA, factorsB] = this.#factors;
    const last = firstBin + bandOfBin.length;
    const real = this.#real;
    const imaginary = this.#imaginary;
    for (const part of [real, imaginary])
      part
        .fill(0, 0, firstBin)
        .fill(0, last, length - last + 1)
        .fill(0, length - firstBin + 1);
    for (let bin = firstBin; bin < last; bin += 1) {
      const band = bandOfBin[bin - firstBin] as number;
      const a = factorsA[band] as number;
      const b = factorsB[band] as number;
      const re = real[bin] as number;
      const im = imaginary[bin] as number;
      real[bin] = a * re - b * im;
      imaginary[bin] = a * im + b * re;
      real[length - bin] = a * re + b * im;
      imaginary[length - bin] = b * re - a * im;
    }
  }

  #addChanges(oldest: number): void {
    const { length, window } = this.#shape;
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
