import { describe, expect, test } from 'vitest';
import type { ChipRatios } from '../../../packages/watermark/src/detector/chip-ratios.ts';
import { retimed } from '../../../packages/watermark/src/detector/retime.ts';
import { BAND_COUNT } from '../../../packages/watermark/src/tile-grid.ts';
import { PHASES } from './synthetic-ratios.ts';

/** Every chip says at which row it begins, and in which band it lies. */
const phases: ChipRatios[] = Array.from({ length: PHASES }, (_, phase) => ({
  chipCount: 100,
  values: Float32Array.from({ length: 100 * BAND_COUNT }, (__, at) => {
    const row = Math.floor(at / BAND_COUNT) * PHASES + phase;
    return row + (at % BAND_COUNT) / 100;
  }),
}));

describe.each([1, 1.02, 0.98, 1.0004, 1.016])('at tempo %s', tempo => {
  const result = retimed(phases, tempo);

  test('each chip is the one that begins nearest to where it should', () => {
    for (const [phase, { chipCount, values }] of result.entries())
      for (let chip = 0; chip < chipCount; chip += 1) {
        const wanted = phase + (chip * PHASES) / tempo;
        expect(Math.abs((values[chip * BAND_COUNT] as number) - wanted)).toBeLessThanOrEqual(0.5);
        expect((values[chip * BAND_COUNT + 7] as number) - (values[chip * BAND_COUNT] as number)).toBeCloseTo(
          0.07,
          3,
        );
      }
  });

  test('there are as many as the sound has', () => {
    for (const [phase, { chipCount }] of result.entries()) {
      expect(phase + ((chipCount - 1) * PHASES) / tempo).toBeLessThan(100 * PHASES);
      expect(phase + (chipCount * PHASES) / tempo).toBeGreaterThan(100 * PHASES - 1);
    }
  });
});

test('at tempo 1 nothing changes', () => {
  expect(retimed(phases, 1)).toEqual(phases);
});

test('no chips stay none', () => {
  const nothing = phases.map(() => ({ chipCount: 0, values: new Float32Array(0) }));
  expect(retimed(nothing, 1.01)).toEqual(nothing);
});
