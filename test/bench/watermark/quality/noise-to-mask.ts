import { bandEnergies, bandOfEachBin } from './critical-bands.ts';
import { activeFrames, decibels, powerFrames, sum } from './power-frames.ts';

/** Masking falls by so much per Bark towards lower and higher bands. */
const SLOPE_DECIBELS = { down: 25, up: 10 };

/** What is masked lies so far below what masks it. */
const OFFSET_DECIBELS = 12;

/** Of the loudest band: below this, nothing is heard. */
const HEARING_FLOOR = 1e-8;

/** Bands in which the change is smaller than this are left out of the mean. */
const NO_CHANGE = 1e-12;

/** How much of a band's energy masks in another. */
function spread(masker: number, masked: number): number {
  const distance = masked - masker;
  const fall = distance >= 0 ? SLOPE_DECIBELS.up * distance : -SLOPE_DECIBELS.down * distance;
  return 10 ** (-(fall + OFFSET_DECIBELS) / 10);
}

function maskOf(energies: Float64Array, floor: number): Float64Array {
  return energies.map(
    (_, masked) => sum(energies.map((energy, masker) => energy * spread(masker, masked))) + floor,
  );
}

/**
 * Energy of the change over the energy that speech masks, by a simple model of critical bands: 32 ms frames, whole Barks.
 * @param original 8 or 16 kHz
 * @param changed of the same length and rate
 * @returns mean over active frames and bands, dB
 */
export function noiseToMaskRatio(
  original: Float32Array,
  changed: Float32Array,
  sampleRateHz: number,
): number {
  const length = Math.floor(sampleRateHz * 0.032);
  const framing = { length, hop: length / 2 };
  const bandOfBin = bandOfEachBin(length, sampleRateHz);
  const bandsOf = (samples: Float32Array): Float64Array[] =>
    powerFrames(samples, framing).map(power => bandEnergies(power, bandOfBin));
  const speech = bandsOf(original);
  const change = bandsOf(original.map((sample, index) => (changed[index] as number) - sample));
  const loudest = speech
    .flatMap(energies => [...energies])
    .reduce((most, energy) => Math.max(most, energy), 0);
  const active = activeFrames(speech.map(sum));
  const masks = speech.map(energies => maskOf(energies, HEARING_FLOOR * loudest));
  const bands = Array.from({ length: speech[0]?.length ?? 0 }, (_, band) => band).filter(
    band =>
      meanOf(change.filter((_, frame) => active[frame]).map(energies => energies[band] as number)) >
      NO_CHANGE,
  );
  const ratios = change.flatMap((energies, frame) =>
    active[frame] ? bands.map(band => (energies[band] as number) / (masks[frame]?.[band] as number)) : [],
  );
  return decibels(meanOf(ratios));
}

const meanOf = (values: readonly number[]): number => sum(values) / values.length;
