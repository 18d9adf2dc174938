import { CONTEXT_SIZE, PATCH_SIZE } from './chip-context.ts';

/** Inputs of the network. */
export const INPUT_SIZE: number = PATCH_SIZE + CONTEXT_SIZE;

/** Slope of the leaky rectifier below zero. */
export const LEAK = 0.1;

/** A chip's log-likelihood ratio is never trusted further than this. */
export const LARGEST_RATIO = 3;

/** Patch levels are divided by this, so that the network's inputs are of one size. */
export const PATCH_SCALE_DECIBELS = 8;

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

/** Outputs that are summed together, two chips at a time: eight sums fit the registers and need few loads. */
const BLOCK = 4;

interface BlockedLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** Block by block, input by input, one weight for each output of the block. */
  readonly weights: Float64Array;
  readonly biases: Float64Array;
  readonly results: Float64Array;
}

/** A small network that turns what lies around a chip into the log-likelihood ratio of its sign. */
export class ChipNetwork {
  readonly #layers: readonly BlockedLayer[];

  /** @param layers - the first takes `INPUT_SIZE` inputs, the last has one output */
  constructor(layers: readonly Layer[]) {
    this.#layers = layers.map(blocked);
  }

  /**
   * @param inputs - `BATCH_CHIPS * INPUT_SIZE` values, chip by chip, the patches already scaled
   * @param ratios - `BATCH_CHIPS` values, written: natural log of P(chip = +1) / P(chip = -1), clipped to +-`LARGEST_RATIO`
   */
  ratios(inputs: Float64Array, ratios: Float64Array): void {
    let values = inputs;
    for (const layer of this.#layers) {
      apply(layer, values);
      if (layer !== this.#layers.at(-1)) rectify(layer.results);
      values = layer.results;
    }
    const outputs = values.length / BATCH_CHIPS;
    for (let chip = 0; chip < BATCH_CHIPS; chip += 1) {
      const ratio = values[chip * outputs] as number;
      ratios[chip] = Math.min(LARGEST_RATIO, Math.max(-LARGEST_RATIO, ratio));
    }
  }
}

/** Outputs are filled up to whole blocks with some that are always 0, which the next layer gives no weight. */
function blocked(layer: Layer, index: number, layers: readonly Layer[]): BlockedLayer {
  const outputs = BLOCK * Math.ceil(layer.outputs / BLOCK);
  const inputs = index === 0 ? layer.inputs : BLOCK * Math.ceil((layers[index - 1] as Layer).outputs / BLOCK);
  const weights = new Float64Array(inputs * outputs);
  const biases = new Float64Array(outputs);
  biases.set(layer.biases);
  for (let output = 0; output < layer.outputs; output += 1) {
    for (let input = 0; input < layer.inputs; input += 1) {
      const block = Math.floor(output / BLOCK) * inputs * BLOCK;
      weights[block + input * BLOCK + (output % BLOCK)] = layer.weights[
        output * layer.inputs + input
      ] as number;
    }
  }
  return { inputs, outputs, weights, biases, results: new Float64Array(BATCH_CHIPS * outputs) };
}

function apply(layer: BlockedLayer, values: Float64Array): void {
  for (let block = 0; block < layer.outputs; block += BLOCK) {
    for (let chip = 0; chip < BATCH_CHIPS; chip += 2) applyBlock(layer, values, block, chip);
  }
}

function applyBlock(layer: BlockedLayer, values: Float64Array, block: number, chip: number): void {
  const { inputs, outputs, weights, biases, results } = layer;
  let a0 = biases[block] as number;
  let a1 = biases[block + 1] as number;
  let a2 = biases[block + 2] as number;
  let a3 = biases[block + 3] as number;
  let b0 = a0;
  let b1 = a1;
  let b2 = a2;
  let b3 = a3;
  const first = chip * inputs;
  const second = first + inputs;
  for (let input = 0, at = block * inputs; input < inputs; input += 1, at += BLOCK) {
    const a = values[first + input] as number;
    const b = values[second + input] as number;
    const w0 = weights[at] as number;
    const w1 = weights[at + 1] as number;
    const w2 = weights[at + 2] as number;
    const w3 = weights[at + 3] as number;
    a0 += w0 * a;
    b0 += w0 * b;
    a1 += w1 * a;
    b1 += w1 * b;
    a2 += w2 * a;
    b2 += w2 * b;
    a3 += w3 * a;
    b3 += w3 * b;
  }
  const to = chip * outputs + block;
  results[to] = a0;
  results[to + 1] = a1;
  results[to + 2] = a2;
  results[to + 3] = a3;
  results[to + outputs] = b0;
  results[to + outputs + 1] = b1;
  results[to + outputs + 2] = b2;
  results[to + outputs + 3] = b3;
}

function rectify(values: Float64Array): void {
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    if (value < 0) values[at] = LEAK * value;
  }
}
