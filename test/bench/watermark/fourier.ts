/** Complex numbers side by side. */
export interface Spectrum {
  readonly real: Float64Array<ArrayBuffer>;
  readonly imaginary: Float64Array<ArrayBuffer>;
}

/** The next power of two. */
export const powerOfTwoFrom = (length: number): number => 2 ** Math.ceil(Math.log2(Math.max(1, length)));

function swapInBitOrder({ real, imaginary }: Spectrum): void {
  const { length } = real;
  for (let index = 1, mirrored = 0; index < length; index += 1) {
    let bit = length >> 1;
    for (; mirrored & bit; bit >>= 1) mirrored ^= bit;
    mirrored |= bit;
    if (index >= mirrored) continue;
    for (const part of [real, imaginary]) {
      const kept = part[index] as number;
      part[index] = part[mirrored] as number;
      part[mirrored] = kept;
    }
  }
}

/** Cosines and sines of the first half turn in `half` steps; kept, since the same few lengths come again and again. */
const turns = new Map<number, Spectrum>();

function turnsOf(half: number): Spectrum {
  const known = turns.get(half);
  if (known) return known;
  const angles = Float64Array.from({ length: half }, (_, step) => (-Math.PI * step) / half);
  const made = { real: angles.map(Math.cos), imaginary: angles.map(Math.sin) };
  turns.set(half, made);
  return made;
}

/** One stage of Cooley and Tukey's transform: joins transforms of `half` points to twice their length. */
function joinHalves({ real, imaginary }: Spectrum, half: number): void {
  const turn = turnsOf(half);
  for (let start = 0; start < real.length; start += 2 * half) {
    for (let even = start; even < start + half; even += 1) {
      const odd = even + half;
      const cosine = turn.real[even - start] as number;
      const sine = turn.imaginary[even - start] as number;
      const turnedReal = (real[odd] as number) * cosine - (imaginary[odd] as number) * sine;
      const turnedImaginary = (real[odd] as number) * sine + (imaginary[odd] as number) * cosine;
      real[odd] = (real[even] as number) - turnedReal;
      imaginary[odd] = (imaginary[even] as number) - turnedImaginary;
      real[even] = (real[even] as number) + turnedReal;
      imaginary[even] = (imaginary[even] as number) + turnedImaginary;
    }
  }
}

/** Discrete Fourier transform in place; the length must be a power of two. */
export function transform(spectrum: Spectrum): Spectrum {
  swapInBitOrder(spectrum);
  for (let half = 1; half < spectrum.real.length; half *= 2) joinHalves(spectrum, half);
  return spectrum;
}

/** Spectrum of real samples, padded with zeros to `length`, a power of two. */
export function spectrumOf(samples: ArrayLike<number>, length: number): Spectrum {
  const real = new Float64Array(length);
  real.set(samples);
  return transform({ real, imaginary: new Float64Array(length) });
}

/** The product of two spectra, conjugated and scaled: its forward transform is their inverse one when that is real. */
function multiplied(one: Spectrum, other: Spectrum): Spectrum {
  const { length } = one.real;
  const product = { real: new Float64Array(length), imaginary: new Float64Array(length) };
  for (let bin = 0; bin < length; bin += 1) {
    const a = one.real[bin] as number;
    const b = one.imaginary[bin] as number;
    const c = other.real[bin] as number;
    const d = other.imaginary[bin] as number;
    product.real[bin] = (a * c - b * d) / length;
    product.imaginary[bin] = -(a * d + b * c) / length;
  }
  return product;
}

/** Samples through an impulse response, block by block; as long as the samples, so that the tail is cut. */
export function convolve(
  samples: Float32Array<ArrayBuffer>,
  response: ArrayLike<number>,
): Float32Array<ArrayBuffer> {
  const length = 2 * powerOfTwoFrom(response.length);
  const block = length - response.length + 1;
  const filter = spectrumOf(response, length);
  const result = new Float32Array(samples.length);
  for (let start = 0; start < samples.length; start += block) {
    const part = spectrumOf(samples.subarray(start, start + block), length);
    const { real } = transform(multiplied(part, filter));
    const end = Math.min(length, samples.length - start);
    for (let index = 0; index < end; index += 1)
      result[start + index] = (result[start + index] as number) + (real[index] as number);
  }
  return result;
}
