/**
 * In-place complex fast Fourier transform of one fixed power-of-two length, decimation in time, two stages of radix 2 at a
 * time, which share their loads and a multiplication (Cooley and Tukey 1965). All tables are made beforehand; a transform
 * allocates nothing.
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
    let half = 4;
    for (; 2 * half < this.length; half *= 4) this.#twoStages(real, imaginary, half);
    if (half < this.length) this.#stage(real, imaginary, half);
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

  /** The stages that join blocks of `half` and of twice as many points. */
  #twoStages(real: Float64Array, imaginary: Float64Array, half: number): void {
    const cosines = this.#cosines;
    const sines = this.#sines;
    const step = this.length / (4 * half);
    for (let block = 0; block < this.length; block += 4 * half) {
      for (let k = 0; k < half; k += 1) {
        const c1 = cosines[k * step] as number;
        const s1 = sines[k * step] as number;
        const c2 = cosines[2 * k * step] as number;
        const s2 = sines[2 * k * step] as number;
        const c3 = c1 * c2 - s1 * s2;
        const s3 = c1 * s2 + s1 * c2;
        const i0 = block + k;
        const i1 = i0 + half;
        const i2 = i1 + half;
        const i3 = i2 + half;
        const x0 = real[i0] as number;
        const y0 = imaginary[i0] as number;
        const x1 = (real[i1] as number) * c2 - (imaginary[i1] as number) * s2;
        const y1 = (real[i1] as number) * s2 + (imaginary[i1] as number) * c2;
        const x2 = (real[i2] as number) * c1 - (imaginary[i2] as number) * s1;
        const y2 = (real[i2] as number) * s1 + (imaginary[i2] as number) * c1;
        const x3 = (real[i3] as number) * c3 - (imaginary[i3] as number) * s3;
        const y3 = (real[i3] as number) * s3 + (imaginary[i3] as number) * c3;
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
