import { describe, expect, test } from 'vitest';
import { bandEnergies } from '../../../packages/watermark/src/detector/band-energies.ts';
import { BAND_COUNT, HIGH_HZ, LOW_HZ } from '../../../packages/watermark/src/tile-grid.ts';
import { phoneSpeech, sine } from './sounds.ts';

const BAND_HZ = (HIGH_HZ - LOW_HZ) / BAND_COUNT;
const BIN_HZ = 31.25;

/** Energy of a band around a moment: the transform by its definition, a bin's energy spread evenly over its 31.25 Hz. */
function plainEnergy(samples: Float32Array, row: number, band: number): number {
  let energy = 0;
  for (let bin = 0; bin < 128; bin += 1) {
    const lowHz = Math.max((bin - 0.5) * BIN_HZ, LOW_HZ + band * BAND_HZ);
    const highHz = Math.min((bin + 0.5) * BIN_HZ, LOW_HZ + (band + 1) * BAND_HZ);
    if (highHz > lowHz) energy += (binEnergy(samples, row * 32 - 128, bin) * (highHz - lowHz)) / BIN_HZ;
  }
  return energy;
}

function binEnergy(samples: Float32Array, first: number, bin: number): number {
  let re = 0;
  let im = 0;
  for (let index = 0; index < 256; index += 1) {
    const weighted = (samples[first + index] ?? 0) * Math.sin((Math.PI * index) / 256) ** 2;
    re += weighted * Math.cos((2 * Math.PI * bin * index) / 256);
    im += weighted * Math.sin((2 * Math.PI * bin * index) / 256);
  }
  return re * re + im * im;
}

describe.each([8000, 8020, 7999])('of %s samples', length => {
  const speech = phoneSpeech(10.5, 1.5).subarray(0, length);
  const { rowCount, values } = bandEnergies(speech);

  test('there is a row every 4 ms', () => {
    expect(rowCount).toBe(Math.floor(length / 32));
    expect(values).toHaveLength(rowCount * BAND_COUNT);
  });

  test('energies are those of the definition, from the first row to the last', () => {
    for (const row of [0, 1, 2, 57, 100, rowCount - 2, rowCount - 1])
      for (let band = 0; band < BAND_COUNT; band += 1) {
        const expected = plainEnergy(speech, row, band);
        expect(Math.abs((values[row * BAND_COUNT + band] as number) - expected)).toBeLessThan(
          1e-9 * (1 + expected),
        );
      }
  });
});

test('a tone in the middle of a band is in that band', () => {
  for (const band of [0, 7, 12, 23]) {
    const { rowCount, values } = bandEnergies(sine(LOW_HZ + (band + 0.5) * BAND_HZ, 8000, 0.5));
    const row = values.subarray((rowCount >> 1) * BAND_COUNT, ((rowCount >> 1) + 1) * BAND_COUNT);
    const total = row.reduce((sum, energy) => sum + energy, 0);
    expect((row[band] as number) / total).toBeGreaterThan(0.95);
  }
});

test('less than 4 ms has no row', () => {
  expect(bandEnergies(new Float32Array(0)).rowCount).toBe(0);
  expect(bandEnergies(new Float32Array(31)).rowCount).toBe(0);
  expect(bandEnergies(new Float32Array(32)).rowCount).toBe(1);
});
