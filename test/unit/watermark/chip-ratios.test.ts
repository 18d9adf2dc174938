import { describe, expect, test } from 'vitest';
import { ChipContext } from '../../../packages/watermark/src/detector/chip-context.ts';
import {
  ChipNetwork,
  INPUT_SIZE,
  type Layer,
} from '../../../packages/watermark/src/detector/chip-network.ts';
import { chipRatios, PHASE_COUNT } from '../../../packages/watermark/src/detector/chip-ratios.ts';
import { EnergySums } from '../../../packages/watermark/src/detector/half-chip-levels.ts';
import { BAND_COUNT } from '../../../packages/watermark/src/tile-grid.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';

const BANDS = [0, 1, 5, 23];
const random = seededRandom('ratios');
const sums = new EnergySums({
  rowCount: 250,
  values: Float64Array.from({ length: 250 * BAND_COUNT }, () => Math.exp(0.5 * random.normal())),
});

/** One layer with small weights of its own for each input, so that no two inputs can be mixed up unnoticed. */
const layer: Layer = {
  inputs: INPUT_SIZE,
  outputs: 1,
  weights: Float64Array.from({ length: INPUT_SIZE }, () => 0.05 * random.normal()),
  biases: Float64Array.of(0.01),
};

function plainRatio(context: ChipContext, chip: number, band: number): number {
  const inputs = new Float32Array(INPUT_SIZE);
  context.read(chip, band, inputs, 0);
  return inputs.reduce((sum, value, index) => sum + value * (layer.weights[index] as number), 0.01);
}

describe.each([
  [1, 1],
  [0.97, 1],
  [1.02, 2],
])('at tempo %s with a phase every %s rows', (tempo, step) => {
  const phases = chipRatios(sums, new ChipNetwork([layer]), BANDS, tempo, step);

  test('there is a result for each phase of a chip', () => {
    expect(phases).toHaveLength(PHASE_COUNT / step);
  });

  test('each chip of each phase has the ratio that the network gives it, other bands have none', () => {
    for (const [phase, { chipCount, values }] of phases.entries()) {
      const perHalf = phases.length / 2;
      const context = new ChipContext(sums.levels(((phase % perHalf) * step) / tempo, tempo));
      const late = phase < perHalf ? 0 : 1;
      expect(chipCount).toBe(Math.ceil((context.chipCount - late) / 2));
      for (let at = 0; at < values.length; at += 1) {
        const band = at % BAND_COUNT;
        const expected = BANDS.includes(band)
          ? plainRatio(context, 2 * Math.floor(at / BAND_COUNT) + late, band)
          : 0;
        if (!(Math.abs((values[at] as number) - expected) < 1e-5)) expect(values[at]).toBe(expected);
      }
    }
  });
});

test('sound that is too short has no chips', () => {
  const short = new EnergySums({ rowCount: 5, values: new Float64Array(5 * BAND_COUNT).fill(1) });
  const phases = chipRatios(short, new ChipNetwork([layer]), BANDS);
  expect(phases.map(({ chipCount }) => chipCount)).toEqual(Array(PHASE_COUNT).fill(0));
});
