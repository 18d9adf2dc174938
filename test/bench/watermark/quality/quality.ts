import { logSpectralDistance } from './log-spectral-distance.ts';
import { noiseToMaskRatio } from './noise-to-mask.ts';
import { type Roughness, roughness } from './roughness.ts';
import { segmentalSnr } from './signal-to-noise.ts';

/** How far marked speech lies from the original. */
export interface Quality extends Roughness {
  readonly segmentalSnrDecibels: number;
  readonly logSpectralDistanceDecibels: number;
  readonly noiseToMaskDecibels: number;
}

/**
 * All measures at once.
 * @param original 8 kHz
 * @param marked of the same length and rate, not delayed
 */
export function quality(original: Float32Array, marked: Float32Array, sampleRateHz: number): Quality {
  return {
    segmentalSnrDecibels: segmentalSnr(original, marked, sampleRateHz),
    logSpectralDistanceDecibels: logSpectralDistance(original, marked, sampleRateHz),
    noiseToMaskDecibels: noiseToMaskRatio(original, marked, sampleRateHz),
    ...roughness(original, marked, sampleRateHz),
  };
}
