import { activeFrames, decibels, sum } from './power-frames.ts';

const SEGMENT_SECONDS = 0.02;

/** Limits of what one segment counts, dB: beyond them nobody hears a difference. */
const LEAST = -10;
const MOST = 50;

/**
 * Energy of the original over the energy of the change: mean over 20 ms segments in which something is said, dB.
 * @param changed of the original's length and rate
 */
export function segmentalSnr(original: Float32Array, changed: Float32Array, sampleRateHz: number): number {
  const length = Math.floor(sampleRateHz * SEGMENT_SECONDS);
  const count = Math.floor(original.length / length);
  const energyOf = (valueAt: (index: number) => number, segment: number): number => {
    let energy = 0;
    for (let index = segment * length; index < (segment + 1) * length; index += 1)
      energy += valueAt(index) ** 2;
    return energy;
  };
  const segments = Array.from({ length: count }, (_, segment) => ({
    signal: energyOf(index => original[index] as number, segment),
    change: energyOf(index => (changed[index] as number) - (original[index] as number), segment),
  }));
  const active = activeFrames(segments.map(({ signal }) => signal));
  const ratios = segments
    .filter((_, segment) => active[segment])
    .map(({ signal, change }) => Math.min(MOST, Math.max(LEAST, decibels(signal / (change + 1e-12)))));
  return sum(ratios) / ratios.length;
}
