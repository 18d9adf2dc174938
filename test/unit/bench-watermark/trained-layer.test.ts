import { expect, test } from 'vitest';
import type { Layer } from '../../../packages/watermark/src/detector/chip-network.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { layerNumbers, TrainedLayer } from '../../bench/watermark/training/trained-layer.ts';
import { KernelWorkspace } from '../../../packages/watermark/src/detector/kernel-workspace.ts';

const BATCH = 8;
const INPUTS = 11;
const HIDDEN = 16;
const STEPS = 4;
const STEP = 0.01;

const random = seededRandom('trained layer');
const chips = Array.from({ length: BATCH }, () => Array.from({ length: INPUTS }, () => random.normal()));

/** What the loss, the sum of the squares of what each chip gives less its number, is made of. */
const outputErrors = (outputs: readonly number[]): number[] =>
  outputs.map((value, chip) => 2 * (value - chip));

/** One weight after the other, with what moves it: two layers, the gradient by small differences, Adam by its definition. */
class PlainNetwork {
  readonly #layers: readonly Layer[];
  readonly #parts: { values: Float64Array; mean: number[]; variance: number[] }[];
  #step = 0;

  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
    this.#parts = layers
      .flatMap(({ weights, biases }) => [weights, biases])
      .map(values => ({ values, mean: [...values].fill(0), variance: [...values].fill(0) }));
  }

  outputs(): number[] {
    return chips.map(inputs => {
      let values: number[] = inputs;
      for (const [index, { outputs, weights, biases }] of this.#layers.entries()) {
        const sums = Array.from({ length: outputs }, (_, output) =>
          values.reduce(
            (sum, value, input) => sum + value * (weights[output * values.length + input] as number),
            biases[output] as number,
          ),
        );
        values = index === 0 ? sums.map(sum => (sum < 0 ? 0.1 * sum : sum)) : sums;
      }
      return values[0] as number;
    });
  }

  move(): void {
    this.#step += 1;
    const slopes = this.#parts.map(({ values }) =>
      [...values.keys()].map(at => this.#slope(values, at) / BATCH),
    );
    for (const [part, { values, mean, variance }] of this.#parts.entries()) {
      for (const [at, slope] of (slopes[part] as number[]).entries()) {
        const first = (mean[at] = 0.9 * (mean[at] as number) + 0.1 * slope);
        const second = (variance[at] = 0.999 * (variance[at] as number) + 0.001 * slope ** 2);
        const deviation = Math.sqrt(second / (1 - 0.999 ** this.#step));
        values[at] = (values[at] as number) - (STEP * first) / (1 - 0.9 ** this.#step) / (deviation + 1e-8);
      }
    }
  }

  #slope(values: Float64Array, at: number): number {
    const kept = values[at] as number;
    const lossAt = (value: number): number => {
      values[at] = value;
      return this.outputs().reduce((sum, output, chip) => sum + (output - chip) ** 2, 0);
    };
    const slope = (lossAt(kept + 1e-6) - lossAt(kept - 1e-6)) / 2e-6;
    values[at] = kept;
    return slope;
  }
}

test('layers learn as weights do that are moved one by one', () => {
  const room = layerNumbers(INPUTS, HIDDEN, BATCH) + layerNumbers(HIDDEN, 8, BATCH);
  const workspace = new KernelWorkspace(room + BATCH * INPUTS);
  const inputs = workspace.numbers(BATCH * INPUTS);
  inputs.set(chips.flat());
  const first = new TrainedLayer(workspace, INPUTS, HIDDEN, BATCH, 0.1);
  const last = new TrainedLayer(workspace, HIDDEN, 8, BATCH, 1);
  first.begin(HIDDEN, 0.5, random);
  last.begin(1, 0.5, random);
  const plain = new PlainNetwork([first.layer(HIDDEN), last.layer(1)]);
  for (let step = 0; step < STEPS; step += 1) {
    first.forward(inputs);
    last.forward(first.results);
    const outputs = chips.map((_, chip) => last.results[chip * 8] as number);
    plain.outputs().forEach((expected, chip) => expect(outputs[chip]).toBeCloseTo(expected, 3));
    outputErrors(outputs).forEach((error, chip) => (last.errors[chip * 8] = error));
    last.backward(first.results, first.errors, STEP);
    first.backward(inputs, undefined, STEP);
    plain.move();
  }
});
