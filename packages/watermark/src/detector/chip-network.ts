import { CONTEXT_SIZE, PATCH_SIZE } from './chip-context.ts';
import { BLOCK, KernelWorkspace, placeOf, weightCount } from './kernel-workspace.ts';

/** Inputs of the network. */
export const INPUT_SIZE: number = PATCH_SIZE + CONTEXT_SIZE;

/** Slope of the leaky rectifier below zero. */
export const LEAK = 0.1;

/** A chip's log-likelihood ratio is never trusted further than this. */
export const LARGEST_RATIO = 3;

/** Chips that go through the network together. */
export const BATCH_CHIPS = 16;

/** One fully connected layer. */
export interface Layer {
  readonly inputs: number;
  readonly outputs: number;
  /** `outputs * inputs`, the weights of one output side by side. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
}

/** A layer as the kernel takes it. */
interface PlacedLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
  readonly results: Float32Array;
  readonly slope: number;
}

/**
 * A small network that turns what lies around a chip into the log-likelihood ratio of its sign. WebAssembly computes it: most
 * of a detector's time goes there.
 */
export class ChipNetwork {
  /** To be written before `ratios`: `BATCH_CHIPS * INPUT_SIZE` values, chip by chip. */
  readonly inputs: Float32Array;
  readonly #workspace: KernelWorkspace;
  readonly #layers: readonly PlacedLayer[];

  /** @param layers - the first takes `INPUT_SIZE` inputs, the last has one output */
  constructor(layers: readonly Layer[]) {
    const sizes = layers.map(({ inputs, outputs }, index) => ({
      inputs: index === 0 ? inputs : wholeBlocks(inputs),
      outputs: wholeBlocks(outputs),
    }));
    const room = sizes.map(({ inputs, outputs }) => weightCount(inputs, outputs) + BATCH_CHIPS * outputs);
    const inputCount = BATCH_CHIPS * INPUT_SIZE;
    this.#workspace = new KernelWorkspace(room.reduce((sum, numbers) => sum + numbers, inputCount));
    this.inputs = this.#workspace.numbers(inputCount);
    this.#layers = sizes.map(({ inputs, outputs }, index) => {
      const weights = this.#workspace.numbers(weightCount(inputs, outputs));
      place(layers[index] as Layer, inputs, weights);
      const results = this.#workspace.numbers(BATCH_CHIPS * outputs);
      return { inputs, outputs, weights, results, slope: index === layers.length - 1 ? 1 : LEAK };
    });
  }

  /** @param ratios - `BATCH_CHIPS` values, written: natural log of P(chip = +1) / P(chip = -1), clipped to +-`LARGEST_RATIO` */
  ratios(ratios: Float32Array): void {
    let values = this.inputs;
    for (const { inputs, outputs, weights, results, slope } of this.#layers) {
      this.#workspace.product(values, weights, results, inputs, outputs, BATCH_CHIPS, slope);
      values = results;
    }
    for (let chip = 0; chip < BATCH_CHIPS; chip += 1) {
      const ratio = values[chip * BLOCK] as number;
      ratios[chip] = Math.min(LARGEST_RATIO, Math.max(-LARGEST_RATIO, ratio));
    }
  }
}

/** Outputs are filled up to whole blocks with some that are always 0. */
const wholeBlocks = (outputs: number): number => BLOCK * Math.ceil(outputs / BLOCK);

/** @param inputs - with those that fill the last block of the layer below */
function place(layer: Layer, inputs: number, weights: Float32Array): void {
  for (let output = 0; output < layer.outputs; output += 1) {
    weights[placeOf(inputs, output, -1)] = layer.biases[output] as number;
    for (let input = 0; input < layer.inputs; input += 1) {
      weights[placeOf(inputs, output, input)] = layer.weights[output * layer.inputs + input] as number;
    }
  }
}
