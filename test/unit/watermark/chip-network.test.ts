import { describe, expect, test } from 'vitest';
import {
  BATCH_CHIPS,
  ChipNetwork,
  INPUT_SIZE,
  LARGEST_RATIO,
  LEAK,
  type Layer,
} from '../../../packages/watermark/src/detector/chip-network.ts';
import { assembleKernel } from '../../../packages/watermark/assemble-kernel.mjs';
import { LAYER_KERNEL_CODE } from '../../../packages/watermark/src/detector/layer-kernel-code.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';

const random = seededRandom('network');

function layers(sizes: readonly number[], size: number): Layer[] {
  return sizes.slice(1).map((outputs, index) => {
    const inputs = sizes[index] as number;
    return {
      inputs,
      outputs,
      weights: Float64Array.from(
        { length: inputs * outputs },
        () => (size * random.normal()) / Math.sqrt(inputs),
      ),
      biases: Float64Array.from({ length: outputs }, () => 0.1 * random.normal()),
    };
  });
}

/** Matrix times vector, plus biases, rectified but for the last. */
function plainRatio(network: readonly Layer[], inputs: readonly number[]): number {
  let values = inputs;
  for (const [index, { weights, biases, inputs: count }] of network.entries()) {
    const sums = [...biases].map((bias, output) =>
      values.reduce((sum, value, input) => sum + value * (weights[output * count + input] as number), bias),
    );
    values = index < network.length - 1 ? sums.map(sum => (sum < 0 ? LEAK * sum : sum)) : sums;
  }
  return Math.max(-LARGEST_RATIO, Math.min(LARGEST_RATIO, values[0] as number));
}

describe.each([
  [[INPUT_SIZE, 48, 24, 1]],
  [[INPUT_SIZE, 7, 1]],
  [[INPUT_SIZE, 1]],
  [[INPUT_SIZE, 5, 3, 2, 1]],
])('a network of %s', sizes => {
  test.each([1, 10])('gives what matrices give, with weights of size %s', size => {
    const made = layers(sizes, size);
    const network = new ChipNetwork(made);
    for (let run = 0; run < 5; run += 1) {
      const chips = Array.from({ length: BATCH_CHIPS }, () =>
        Array.from({ length: INPUT_SIZE }, () => random.normal()),
      );
      network.inputs.set(chips.flat());
      const ratios = new Float32Array(BATCH_CHIPS).fill(Number.NaN);
      network.ratios(ratios);
      chips.forEach((inputs, chip) => expect(ratios[chip]).toBeCloseTo(plainRatio(made, inputs), 4));
    }
  });
});

test('no ratio is trusted beyond its limit', () => {
  const layer: Layer = {
    inputs: INPUT_SIZE,
    outputs: 1,
    weights: new Float64Array(INPUT_SIZE).fill(1),
    biases: new Float64Array(1),
  };
  const network = new ChipNetwork([layer]);
  network.inputs.fill(1, 0, 8 * INPUT_SIZE).fill(-1, 8 * INPUT_SIZE);
  const ratios = new Float32Array(BATCH_CHIPS);
  network.ratios(ratios);
  expect([...ratios]).toEqual([
    ...Array<number>(8).fill(LARGEST_RATIO),
    ...Array<number>(8).fill(-LARGEST_RATIO),
  ]);
});

test('the kernel that is kept is the one that is written down', async () => {
  expect(LAYER_KERNEL_CODE).toBe(await assembleKernel());
});
