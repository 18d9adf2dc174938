import { CONTEXT_SIZE, PATCH_SIZE } from './chip-context.ts';

/** Slope of the leaky rectifier below zero. */
export const LEAK = 0.1;

/** A chip's log-likelihood ratio is never trusted further than this. */
export const LARGEST_RATIO = 3;

/** Patch levels are divided by this, so that the network's inputs are of one size. */
export const PATCH_SCALE_DECIBELS = 8;

/** One fully connected layer. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** `outputs * inputs`, the weights of one output side by side. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/** A small network that turns what lies around a chip into the log-likelihood ratio of its sign. */
export class ChipNetwork {
  readonly #layers: readonly Layer[];
  readonly #activations: readonly Float64Array[];

  /** @param layers - the first takes `PATCH_SIZE + CONTEXT_SIZE` inputs, the last has one output */
  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
    this.#activations = layers.map(layer => new Float64Array(layer.outputs));
  }

  /**
   * @param inputs - `PATCH_SIZE + CONTEXT_SIZE` values, the patch already scaled
   * @returns natural log of P(chip = +1) / P(chip = -1), clipped to +-`LARGEST_RATIO`
   */
  ratio(inputs: Float64Array): number {
    let values = inputs;
    for (const [index, layer] of this.#layers.entries()) {
      const outputs = this.#activations[index] as Float64Array;
      applyLayer(layer, values, outputs, index < this.#layers.length - 1);
      values = outputs;
    }
    return Math.min(LARGEST_RATIO, Math.max(-LARGEST_RATIO, values[0] as number));
  }
}

/** Four sums at a time: one would wait for each addition. */
function applyLayer(layer: Layer, inputs: Float64Array, outputs: Float64Array, rectify: boolean): void {
  const { weights, biases, inputs: count } = layer;
  for (let output = 0, at = 0; output < layer.outputs; output += 1) {
    let first = biases[output] as number;
    let second = 0;
    let third = 0;
    let fourth = 0;
    let index = 0;
    for (; index + 3 < count; index += 4, at += 4) {
      first += (weights[at] as number) * (inputs[index] as number);
      second += (weights[at + 1] as number) * (inputs[index + 1] as number);
      third += (weights[at + 2] as number) * (inputs[index + 2] as number);
      fourth += (weights[at + 3] as number) * (inputs[index + 3] as number);
    }
    for (; index < count; index += 1, at += 1) first += (weights[at] as number) * (inputs[index] as number);
    const sum = first + second + third + fourth;
    outputs[output] = rectify && sum < 0 ? LEAK * sum : sum;
  }
}

/** Inputs of the network. */
export const INPUT_SIZE: number = PATCH_SIZE + CONTEXT_SIZE;
