import { activeFrames, decibels, powerFrames, sum } from './power-frames.ts';

const FRAMING = { length: 512, hop: 256 };

/** The telephone's band. */
const LOW_HZ = 300;
const HIGH_HZ = 3400;

/** Keeps the logarithm of empty bins finite. */
const SMALLEST = 1e-10;

/**
 * How far two spectra lie apart in the telephone's band: root mean square over bins in dB, then the mean over frames in which
 * something is said. Frames of 512 samples at 8 or 16 kHz.
 * @param changed of the original's length and rate
 */
export function logSpectralDistance(
  original: Float32Array,
  changed: Float32Array,
  sampleRateHz: number,
): number {
  const before = powerFrames(original, FRAMING);
  const after = powerFrames(changed, FRAMING);
  const active = activeFrames(before.map(sum));
  const inBand = (_: number, bin: number): boolean => {
    const frequencyHz = (bin * sampleRateHz) / FRAMING.length;
    return frequencyHz > LOW_HZ && frequencyHz < HIGH_HZ;
  };
  const distances = before.flatMap((power, frame) => {
    if (!active[frame]) return [];
    const squares = power
      .map((energy, bin) => decibels((energy + SMALLEST) / ((after[frame]?.[bin] as number) + SMALLEST)) ** 2)
      .filter(inBand);
    return [Math.sqrt(sum(squares) / squares.length)];
  });
  return sum(distances) / distances.length;
}
