/**
 * Numbers that are changed in place. Once any buffer was transferred to a worker, V8 looks at every access to a typed array
 * whether its buffer is still there; plain arrays are spared that, which saves a third where the packager's encoder runs.
 */
export type Numbers = Float64Array | number[];

/** A plain array of zeros, without holes. */
export const zeros = (length: number): number[] => Array.from({ length }, () => 0);

/**
 * Complex fast Fourier transform of one fixed power-of-two length, decimation in time, two stages of radix 2 at a time, which
 * share their loads and a multiplication (Cooley and Tukey 1965). All tables are made beforehand; a transform allocates nothing.
 */
export class FourierTransform {
  readonly length: number;
  readonly #cosines: readonly number[];
  readonly #sines: readonly number[];
  readonly #reversed: readonly number[];
  readonly #real: number[];
  readonly #imaginary: number[];

  /** @param length - points; a power of two, at least 4 */
  constructor(length: number) {
    if (length < 4 || !Number.isInteger(Math.log2(length))) {
      throw new RangeError('A Fourier transform needs a power of two, 4 or more.');
    }
    this.length = length;
    const angles = Array.from({ length: length / 2 }, (_, k) => (-2 * Math.PI * k) / length);
    this.#cosines = angles.map(Math.cos);
    this.#sines = angles.map(Math.sin);
    this.#real = zeros(length);
    this.#imaginary = zeros(length);
    const bits = Math.log2(length);
    this.#reversed = Array.from({ length }, (_, index) => reverseBits(index, bits));
  }

  /** X[k] = sum of x[n] exp(-2 pi i k n / N), in place. */
  forward(real: Numbers, imaginary: Numbers): void {
    this.#firstTwoStages(real, imaginary);
    let half = 4;
    for (; 2 * half < this.length; half *= 4) this.#twoStages(half);
    if (half < this.length) this.#stage(half);
    this.#give(real, imaginary);
  }

  /** The inverse without its factor 1/N, in place: swapping the two parts conjugates before and after. */
  inverse(real: Numbers, imaginary: Numbers): void {
    this.forward(imaginary, real);
  }

  #give(real: Numbers, imaginary: Numbers): void {
    for (let index = 0; index < this.length; index += 1) {
      real[index] = this.#real[index] as number;
      imaginary[index] = this.#imaginary[index] as number;
    }
  }

  /** Takes the numbers in reversed order, and joins them to blocks of four, whose factors are 1 and -i only. */
  #firstTwoStages(fromReal: Numbers, fromImaginary: Numbers): void {
    const real = this.#real;
    const imaginary = this.#imaginary;
    const reversed = this.#reversed;
    const quarter = this.length / 4;
    for (let at = 0; at < this.length; at += 4) {
      const from = reversed[at] as number;
      const x0 = fromReal[from] as number;
      const y0 = fromImaginary[from] as number;
      const x1 = fromReal[from + 2 * quarter] as number;
      const y1 = fromImaginary[from + 2 * quarter] as number;
      const x2 = fromReal[from + quarter] as number;
      const y2 = fromImaginary[from + quarter] as number;
      const x3 = fromReal[from + 3 * quarter] as number;
      const y3 = fromImaginary[from + 3 * quarter] as number;
      real[at] = x0 + x1 + (x2 + x3);
      imaginary[at] = y0 + y1 + (y2 + y3);
      real[at + 2] = x0 + x1 - (x2 + x3);
      imaginary[at + 2] = y0 + y1 - (y2 + y3);
      real[at + 1] = x0 - x1 + (y2 - y3);
      imaginary[at + 1] = y0 - y1 - (x2 - x3);
      real[at + 3] = x0 - x1 - (y2 - y3);
      imaginary[at + 3] = y0 - y1 + (x2 - x3);
    }
  }

  /** The stages that join blocks of `half` and of twice as many points. */
  #twoStages(half: number): void {
    const real = this.#real;
    const imaginary = this.#imaginary;
    const step = this.length / (4 * half);
    for (let k = 0; k < half; k += 1) {
      const c1 = this.#cosines[k * step] as number;
      const s1 = this.#sines[k * step] as number;
      const c2 = this.#cosines[2 * k * step] as number;
      const s2 = this.#sines[2 * k * step] as number;
      const c3 = c1 * c2 - s1 * s2;
      const s3 = c1 * s2 + s1 * c2;
      for (let i0 = k; i0 < this.length; i0 += 4 * half) {
        const i1 = i0 + half;
        const i2 = i1 + half;
        const i3 = i2 + half;
        const re1 = real[i1] as number;
        const im1 = imaginary[i1] as number;
        const re2 = real[i2] as number;
        const im2 = imaginary[i2] as number;
        const re3 = real[i3] as number;
        const im3 = imaginary[i3] as number;
        const x0 = real[i0] as number;
        const y0 = imaginary[i0] as number;
        const x1 = re1 * c2 - im1 * s2;
        const y1 = re1 * s2 + im1 * c2;
        const x2 = re2 * c1 - im2 * s1;
        const y2 = re2 * s1 + im2 * c1;
        const x3 = re3 * c3 - im3 * s3;
        const y3 = re3 * s3 + im3 * c3;
        real[i0] = x0 + x1 + x2 + x3;
        imaginary[i0] = y0 + y1 + y2 + y3;
        real[i1] = x0 - x1 + (y2 - y3);
        imaginary[i1] = y0 - y1 - (x2 - x3);
        real[i2] = x0 + x1 - x2 - x3;
        imaginary[i2] = y0 + y1 - y2 - y3;
        real[i3] = x0 - x1 - (y2 - y3);
        imaginary[i3] = y0 - y1 + (x2 - x3);
      }
    }
  }

  #stage(half: number): void {
    const real = this.#real;
    const imaginary = this.#imaginary;
    const step = this.length / (2 * half);
    for (let k = 0; k < half; k += 1) {
      const c = this.#cosines[k * step] as number;
      const s = this.#sines[k * step] as number;
      for (let low = k; low < this.length; low += 2 * half) {
        const high = low + half;
        const re = real[high] as number;
        const im = imaginary[high] as number;
        const x0 = real[low] as number;
        const y0 = imaginary[low] as number;
        const x1 = re * c - im * s;
        const y1 = re * s + im * c;
        real[high] = x0 - x1;
        imaginary[high] = y0 - y1;
        real[low] = x0 + x1;
        imaginary[low] = y0 + y1;
      }
    }
  }
}

function reverseBits(index: number, bits: number): number {
  let reversed = 0;
  for (let bit = 0; bit < bits; bit += 1) reversed = (reversed << 1) | ((index >> bit) & 1);
  return reversed >>> 0;
}
