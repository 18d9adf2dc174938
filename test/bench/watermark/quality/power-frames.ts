import { spectrumOf } from '../fourier.ts';

/** How short-time spectra are taken. */
export interface Framing {
  /** Samples of a frame, a power of two. */
  readonly length: number;
  /** Samples between the beginnings of two frames. */
  readonly hop: number;
}

/** Energies of the bins from 0 to half the sample rate, for each frame under a symmetric Hann window. */
export function powerFrames(samples: Float32Array, { length, hop }: Framing): Float64Array[] {
  const window = Float64Array.from(
    { length },
    (_, index) => 0.5 - 0.5 * Math.cos((2 * Math.PI * index) / (length - 1)),
  );
  const count = Math.max(0, Math.floor((samples.length - length) / hop));
  return Array.from({ length: count }, (_, frame) => {
    const part = window.map((weight, index) => weight * (samples[frame * hop + index] as number));
    const { real, imaginary } = spectrumOf(part, length);
    return real.subarray(0, length / 2 + 1).map((value, bin) => value ** 2 + (imaginary[bin] as number) ** 2);
  });
}

export const sum = (values: Iterable<number>): number => {
  let total = 0;
  for (const value of values) total += value;
  return total;
};

/** A number in decibels of energy. */
export const decibels = (ratio: number): number => 10 * Math.log10(ratio);

/** Frames within 40 dB of the one with the most energy: where something is said. */
export function activeFrames(energies: readonly number[]): boolean[] {
  const floor = energies.reduce((most, energy) => Math.max(most, energy), 0) * 1e-4;
  return energies.map(energy => energy > floor);
}
