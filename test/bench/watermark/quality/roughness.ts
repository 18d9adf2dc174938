import { spectrumOf } from '../fourier.ts';
import { bandEnergies, bandOfEachBin } from './critical-bands.ts';
import { activeFrames, decibels, powerFrames, sum } from './power-frames.ts';

/** Short against a period of 20 Hz, so that the frames themselves do not smooth the modulation away. */
const FRAMING = { length: 128, hop: 32 };

/** Frames of one modulation spectrum: 1.02 s at 8 kHz. */
const BLOCK = 256;

/** Where a mark that goes up for 24 ms and down for 24 ms has its modulation. */
const LOW_HZ = 10;
const HIGH_HZ = 30;

const TELEPHONE_BAND_HZ = { low: 300, high: 3400 };

/** How rough a change makes speech, between 10 and 30 Hz. */
export interface Roughness {
  /** Of the change's gain: 0.05 is a tremolo of 5 % in one critical band, mean over bands. */
  readonly depth: number;
  /** The same of the whole signal, in which bands that go up and bands that go down cancel. */
  readonly broadbandDepth: number;
  /** How much more a band's own envelope fluctuates than before, dB, mean over bands. */
  readonly increaseDecibels: number;
}

/** Share of a curve's squared mean that fluctuates between 10 and 30 Hz. */
function fluctuation(curve: readonly number[], rateHz: number): number {
  const mean = sum(curve) / curve.length;
  let energy = 0;
  let blocks = 0;
  for (let start = 0; start + BLOCK <= curve.length; start += BLOCK / 2) {
    const part = Float64Array.from(
      { length: BLOCK },
      (_, index) =>
        ((curve[start + index] as number) / mean - 1) *
        Math.sqrt(2 / 3) *
        (1 - Math.cos((2 * Math.PI * index) / BLOCK)),
    );
    const { real, imaginary } = spectrumOf(part, BLOCK);
    for (let bin = Math.ceil((LOW_HZ * BLOCK) / rateHz); bin <= (HIGH_HZ * BLOCK) / rateHz; bin += 1)
      energy += (2 * ((real[bin] as number) ** 2 + (imaginary[bin] as number) ** 2)) / BLOCK ** 2;
    blocks += 1;
  }
  return energy / blocks;
}

/** Envelopes of a signal, one curve for each critical band of the telephone, and one of all together. */
function envelopes(samples: Float32Array, sampleRateHz: number): number[][] {
  const bandOfBin = bandOfEachBin(FRAMING.length, sampleRateHz);
  const bandAt = (frequencyHz: number): number =>
    bandOfBin[Math.round((frequencyHz * FRAMING.length) / sampleRateHz)] as number;
  const [first, last] = [bandAt(TELEPHONE_BAND_HZ.low), bandAt(TELEPHONE_BAND_HZ.high)];
  const frames = powerFrames(samples, FRAMING).map(power =>
    bandEnergies(power, bandOfBin).slice(first, last + 1),
  );
  const bands = Array.from({ length: last - first + 1 }, (_, band) =>
    frames.map(energies => Math.sqrt(energies[band] as number)),
  );
  return [frames.map(energies => Math.sqrt(sum(energies))), ...bands];
}

function gainOf(before: readonly number[], after: readonly number[]): number[] {
  const active = activeFrames(before.map(level => level ** 2));
  return before.map((level, frame) => (active[frame] ? (after[frame] as number) / level : 1));
}

/**
 * Compares envelopes before and after: what a listener would call rough is a fluctuation of this speed.
 * @param original 8 kHz, some seconds or more
 * @param changed of the same length and rate
 */
export function roughness(original: Float32Array, changed: Float32Array, sampleRateHz: number): Roughness {
  const rateHz = sampleRateHz / FRAMING.hop;
  const before = envelopes(original, sampleRateHz);
  const after = envelopes(changed, sampleRateHz);
  const depths = before.map((curve, band) =>
    Math.sqrt(2 * fluctuation(gainOf(curve, after[band] as number[]), rateHz)),
  );
  const increases = before.map((curve, band) =>
    decibels(fluctuation(after[band] as number[], rateHz) / fluctuation(curve, rateHz)),
  );
  const [broadbandDepth = 0, ...bandDepths] = depths;
  return {
    depth: sum(bandDepths) / bandDepths.length,
    broadbandDepth,
    increaseDecibels: sum(increases.slice(1)) / (increases.length - 1),
  };
}
