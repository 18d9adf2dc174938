import { BAND_COUNT } from '../tile-grid.ts';
import type { ChipRatios } from './chip-ratios.ts';

/**
 * The same ratios read at a slightly other tempo: each chip is taken from the phase that lies nearest to its beginning.
 * @param phases - of one view, evenly spaced over a chip
 * @param tempo - factor by which the sound is faster than the view supposed; up to 3 % off, chips keep their shape
 */
export function retimed(phases: readonly ChipRatios[], tempo: number): ChipRatios[] {
  const starts = phases.length * Math.min(...phases.map(phase => phase.chipCount));
  const spacing = phases.length / tempo;
  return phases.map((_, phase) => {
    const chipCount = Math.max(0, Math.floor((starts - 1 - phase) / spacing) + 1);
    const values = new Float32Array(chipCount * BAND_COUNT);
    for (let chip = 0; chip < chipCount; chip += 1) {
      const start = Math.round(phase + chip * spacing);
      const from = phases[start % phases.length] as ChipRatios;
      const at = Math.floor(start / phases.length) * BAND_COUNT;
      values.set(from.values.subarray(at, at + BAND_COUNT), chip * BAND_COUNT);
    }
    return { chipCount, values };
  });
}
