import type { Peaks } from '@secure-call/player';

/** Peaks up to here are line noise: about -38 dB below full scale. */
const noisePeak = 3;
/** What stays this far below the loudest speech (29 dB) is echo from the other side or breath, not a voice. */
const silenceShare = 0.035;
/** The loudest speech is the peak that this share of all speech peaks does not exceed; clicks lie above it. */
const speechShare = 0.995;
/** A recording that holds no speech is not blown up until its noise looks like some. */
const minReference = 24;
const referenceHeight = 0.95;
/** Below 1, so that a quiet voice stays visible beside a loud one. */
const exponent = 0.9;

/**
 * How high a bar stands for each peak value: 256 heights from 0 (nothing is drawn) to 1 (the whole lane). Telephone
 * speech lies far below full scale, so heights follow the recording's own loudest speech. All channels share them:
 * who speaks more quietly is drawn lower.
 */
export function barHeights(peaks: Peaks): Float32Array {
  const known = heights.get(peaks) ?? heightsOf(peaks);
  heights.set(peaks, known);
  return known;
}

/** Lanes and overview are drawn of the same peaks; nothing here keeps them. */
const heights = new WeakMap<Peaks, Float32Array>();

function heightsOf({ channels }: Peaks): Float32Array {
  const reference = Math.max(minReference, speechPeak(countPeaks(channels)));
  const silence = Math.max(noisePeak, silenceShare * reference);
  const height = (peak: number): number =>
    peak <= silence ? 0 : Math.min(1, referenceHeight * (peak / reference) ** exponent);
  return Float32Array.from({ length: 256 }, (_, peak) => height(peak));
}

/** How often each value occurs. */
function countPeaks(channels: readonly Uint8Array[]): Uint32Array {
  const counts = new Uint32Array(256);
  for (const channel of channels) for (const peak of channel) counts[peak] = (counts[peak] ?? 0) + 1;
  return counts;
}

function speechPeak(counts: Uint32Array): number {
  const speech = counts.fill(0, 0, noisePeak + 1);
  const wanted = speechShare * speech.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  return speech.findIndex(count => (seen += count) >= wanted);
}
