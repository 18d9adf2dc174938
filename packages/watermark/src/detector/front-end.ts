import { bandEnergies, DETECTOR_HZ } from './band-energies.ts';
import type { ChipNetwork } from './chip-network.ts';
import { type ChipRatios, chipRatios } from './chip-ratios.ts';
import { EnergySums } from './half-chip-levels.ts';
import { resample } from './resample.ts';
import { CLIENT_BANDS } from '../tile-grid.ts';

/** A change of time and pitch that the sound may have gone through. */
export interface Distortion {
  /** Factor by which it was played faster, pitch included. */
  readonly speed: number;
  /** Further factor by which it was made faster with its pitch kept. */
  readonly tempo: number;
}

/** Sound as it was marked. */
export const UNDISTORTED: Distortion = { speed: 1, tempo: 1 };

/** Everything about a clip that no key is needed for, under one supposed distortion. */
export interface ClipView {
  readonly distortion: Distortion;
  readonly seconds: number;
  readonly phases: readonly ChipRatios[];
}

/** Energies of a clip, played as fast as it was before it was distorted. */
export function undistortedSums(
  samples: Float32Array,
  sampleRateHz: number,
  { speed }: Distortion,
): EnergySums {
  return new EnergySums(bandEnergies(resample(samples, sampleRateHz / speed, DETECTOR_HZ)));
}

/**
 * Looks at a clip.
 * @param samples - one channel
 * @param sampleRateHz - of `samples`
 * @param phaseStep - rows of energies between two timing phases
 */
export function viewClip(
  samples: Float32Array,
  sampleRateHz: number,
  network: ChipNetwork,
  distortion: Distortion = UNDISTORTED,
  phaseStep = 1,
): ClipView {
  const sums = undistortedSums(samples, sampleRateHz, distortion);
  return {
    distortion,
    seconds: samples.length / sampleRateHz,
    phases: chipRatios(sums, network, CLIENT_BANDS, distortion.tempo, phaseStep),
  };
}
