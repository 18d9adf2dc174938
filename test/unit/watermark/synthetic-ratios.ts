/** Ratios as the front end would give them for sound that carries a pattern, without sound. */
import type { ChipRatios } from '../../../packages/watermark/src/detector/chip-ratios.ts';
import { OFFSET_COUNT } from '../../../packages/watermark/src/detector/alignment-path.ts';
import { BAND_COUNT, isClientBand, PERIOD_CHIPS } from '../../../packages/watermark/src/tile-grid.ts';
import type { SeededRandom } from '../../bench/watermark/seeded-random.ts';

export const PHASES = 12;

export interface SyntheticSound {
  readonly pattern: Int8Array;
  readonly chipCount: number;
  /** Where in the mark, in rows of 4 ms, the sound begins; a function of the row for sound that is cut. */
  readonly offset: number | ((row: number) => number);
  /** Mean log-likelihood ratio of a chip that is read in time; its variance is twice that, as it is of true ratios. */
  readonly strength: number;
  readonly random: SeededRandom;
}

/** Chips that are read half a chip or less out of time still tell a little of the one they lie over, or the reverse. */
export function syntheticRatios({
  pattern,
  chipCount,
  offset,
  strength,
  random,
}: SyntheticSound): ChipRatios[] {
  const offsetAt = typeof offset === 'number' ? () => offset : offset;
  return Array.from({ length: PHASES }, (_, phase) => {
    const values = new Float32Array(chipCount * BAND_COUNT);
    for (let chip = 0; chip < chipCount; chip += 1) {
      const row = chip * PHASES + phase;
      const place = (((row + offsetAt(row)) % OFFSET_COUNT) + OFFSET_COUNT) % OFFSET_COUNT;
      const column = Math.round(place / PHASES) % PERIOD_CHIPS;
      const away = Math.abs(place / PHASES - Math.round(place / PHASES));
      for (let band = 0; band < BAND_COUNT; band += 1) {
        if (!isClientBand(band)) continue;
        const mean =
          strength * Math.max(-0.5, 1 - 6 * away) * (pattern[column * BAND_COUNT + band] as number);
        const value = mean + Math.sqrt(2 * strength) * random.normal();
        values[chip * BAND_COUNT + band] = Math.max(-3, Math.min(3, value));
      }
    }
    return { chipCount, values };
  });
}

/** Ratios of sound that carries no mark: as strong as one likes, and of no meaning. */
export function meaninglessRatios(chipCount: number, size: number, random: SeededRandom): ChipRatios[] {
  return Array.from({ length: PHASES }, () => ({
    chipCount,
    values: Float32Array.from({ length: chipCount * BAND_COUNT }, (_, at) =>
      isClientBand(at % BAND_COUNT) ? Math.max(-3, Math.min(3, size * random.normal())) : 0,
    ),
  }));
}

/** The same sound over and over. */
export function repeatedRatios(phases: readonly ChipRatios[], times: number): ChipRatios[] {
  return phases.map(({ chipCount, values }) => {
    const repeated = new Float32Array(times * values.length);
    for (let time = 0; time < times; time += 1) repeated.set(values, time * values.length);
    return { chipCount: times * chipCount, values: repeated };
  });
}
