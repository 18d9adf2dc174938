import { FourierTransform, zeros } from './fourier.ts';

/**
 * Spectra of real frames by a complex transform of half their length: the even samples are its real, the odd ones its imaginary
 * part (Cooley, Lewis and Welch 1970). Afterwards nothing is allocated.
 */
export class RealSpectrum {
  /** Bins 0 to `topBin` of the last frame. */
  readonly real: number[];
  readonly imaginary: number[];
  readonly #fourier: FourierTransform;
  readonly #cosines: readonly number[];
  readonly #sines: readonly number[];
  readonly #even: number[];
  readonly #odd: number[];

  /**
   * @param length - samples of a frame; a power of two, at least 8
   * @param topBin - last bin that is computed, below half of `length`; bin 0 is not
   */
  constructor(length: number, topBin: number) {
    const half = length / 2;
    this.#fourier = new FourierTransform(half);
    this.real = zeros(topBin + 1);
    this.imaginary = zeros(topBin + 1);
    this.#cosines = Array.from({ length: topBin + 1 }, (_, k) => Math.cos((2 * Math.PI * k) / length));
    this.#sines = Array.from({ length: topBin + 1 }, (_, k) => Math.sin((2 * Math.PI * k) / length));
    this.#even = zeros(half);
    this.#odd = zeros(half);
  }

  /**
   * @param ring - as many samples as a frame has
   * @param oldest - place of the frame's first sample in it
   * @param window - what each sample of the frame is multiplied by
   */
  measure(ring: readonly number[], oldest: number, window: readonly number[]): void {
    const mask = ring.length - 1;
    const even = this.#even;
    const odd = this.#odd;
    for (let pair = 0, at = 0; at < ring.length; pair += 1, at += 2) {
      even[pair] = (ring[(oldest + at) & mask] as number) * (window[at] as number);
      odd[pair] = (ring[(oldest + at + 1) & mask] as number) * (window[at + 1] as number);
    }
    this.#fourier.forward(even, odd);
    this.#untangle();
  }

  /** The halves' spectra E and O, told apart by their symmetry, make X[k] = E[k] + exp(-2 pi i k / N) O[k]. */
  #untangle(): void {
    const { real, imaginary } = this;
    const even = this.#even;
    const odd = this.#odd;
    for (let bin = 1, mirror = even.length - 1; bin < real.length; bin += 1, mirror -= 1) {
      const re = even[bin] as number;
      const im = odd[bin] as number;
      const mirrorRe = even[mirror] as number;
      const mirrorIm = odd[mirror] as number;
      const oddRe = im + mirrorIm;
      const oddIm = mirrorRe - re;
      const cosine = this.#cosines[bin] as number;
      const sine = this.#sines[bin] as number;
      real[bin] = (re + mirrorRe + oddRe * cosine + oddIm * sine) / 2;
      imaginary[bin] = (im - mirrorIm + oddIm * cosine - oddRe * sine) / 2;
    }
  }
}
