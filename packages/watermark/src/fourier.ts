/**
 * In-place complex fast Fourier transform of one fixed power-of-two length, decimation in time, radix 2 with the two
 * first stages joined (Cooley and Tukey 1965). All tables are made beforehand; a transform allocates nothing.
 */
export class FourierTransform {
  readonly length: number;
  readonly #cosines: Float64Array;
  readonly #sines: Float64Array;
  readonly #reversed: Uint32Array;

  /** @param length - points; a power of two, at least 4 */
  constructor(length: number) {
    if (length < 4 || !Number.isInteger(Math.log2(length))) {
      throw new RangeError('A Fourier transform needs a power of two, 4 or more.');
    }
    this.length = length;
    this.#cosines = Float64Array.from({ length: length / 2 }, (_, k) => Math.cos((2 * Math.PI * k) / length));
    this.#sines = Float64Array.from({ length: length / 2 }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
    const bits = Math.log2(length);
    this.#reversed = Uint32Array.from({ length }, (_, index) => reverseBits(index, bits));
  }

  /** X[k] = sum of x[n] exp(-2 pi i k n / N), in place. */
  forward(real: Float64Array, imaginary: Float64Array): void {
    this.#reorder(real, imaginary);
    this.#firstTwoStages(real, imaginary);
    for (let half = 4; half < this.length; half *= 2) this.#stage(real, imaginary, half);
  }

  /** The inverse without its factor 1/N, in place: swapping the two parts conjugates before and after. */
  inverse(real: Float64Array, imaginary: Float64Array): void {
    this.forward(imaginary, real);
  }

  #reorder(real: Float64Array, imaginary: Float64Array): void {
    const reversed = this.#reversed;
    for (let index = 0; index < reversed.length; index += 1) {
      const other = reversed[index] as number;
      if (other <= index) continue;
      const re = real[index] as number;
      const im = imaginary[index] as number;
      real[index] = real[other] as number;
      imaginary[index] = imaginary[other] as number;
      real[other] = re;
      imaginary[other] = im;
    }
  }

  /** Blocks of four points, whose factors are 1 and -i only. */
  #firstTwoStages(real: Float64Array, imaginary: Float64Array): void {
    for (let at = 0; at < this.length; at += 4) {
      const re0 = (real[at] as number) + (real[at + 1] as number);
      const im0 = (imaginary[at] as number) + (imaginary[at + 1] as number);
      const re1 = (real[at] as number) - (real[at + 1] as number);
      const im1 = (imaginary[at] as number) - (imaginary[at + 1] as number);
      const re2 = (real[at + 2] as number) + (real[at + 3] as number);
      const im2 = (imaginary[at + 2] as number) + (imaginary[at + 3] as number);
      const re3 = (real[at + 2] as number) - (real[at + 3] as number);
      const im3 = (imaginary[at + 2] as number) - (imaginary[at + 3] as number);
      real[at] = re0 + re2;
      imaginary[at] = im0 + im2;
      real[at + 2] = re0 - re2;
      imaginary[at + 2] = im0 - im2;
      real[at + 1] = re1 + im3;
      imaginary[at + 1] = im1 - re3;
      real[at + 3] = re1 - im3;
      imaginary[at + 3] = im1 + re3;
    }
  }

  #stage(real: Float64Array, imaginary: Float64Array, half: number): void {
    const cosines = this.#cosines;
    const sines = this.#sines;
    const step = this.length / (2 * half);
    for (let block = 0; block < this.length; block += 2 * half) {
      for (let k = 0; k < half; k += 1) {
        const c = cosines[k * step] as number;
        const s = sines[k * step] as number;
        const low = block + k;
        const high = low + half;
        const re = (real[high] as number) * c - (imaginary[high] as number) * s;
        const im = (real[high] as number) * s + (imaginary[high] as number) * c;
        real[high] = (real[low] as number) - re;
        imaginary[high] = (imaginary[low] as number) - im;
        real[low] = (real[low] as number) + re;
        imaginary[low] = (imaginary[low] as number) + im;
      }
    }
  }
}

function reverseBits(index: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit += 1) reversed = (reversed << 1) | ((index >> bit) & 1);
  return reversed >>> 0;
}
