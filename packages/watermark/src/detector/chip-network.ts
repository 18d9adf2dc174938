import { CONTEXT_SIZE, PATCH_SIZE } from './chip-context.ts';
import { BLOCK, type LayerKernel, layerKernel } from './layer-kernel.ts';

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

const NUMBER_BYTES = 4;
const PAGE_BYTES = 65_536;

/** A layer whose numbers lie in the kernel's memory, at these addresses. */
interface PlacedLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: number;
  readonly results: number;
  readonly slope: number;
}

/**
 * A small network that turns what lies around a chip into the log-likelihood ratio of its sign. Its layers are computed by four
 * numbers at a time in WebAssembly: most of a detector's time goes there.
 */
export class ChipNetwork {
  /** To be written before `ratios`: `BATCH_CHIPS * INPUT_SIZE` values, chip by chip. */
  readonly inputs: Float32Array;
  readonly #layers: readonly PlacedLayer[];
  readonly #results: Float32Array;
  readonly #run: LayerKernel;

  /** @param layers - the first takes `INPUT_SIZE` inputs, the last has one output */
  constructor(layers: readonly Layer[]) {
    const padded = layers.map(padLayer);
    const inputNumbers = BATCH_CHIPS * INPUT_SIZE;
    const numbers = padded.reduce((sum, layer) => sum + sizeOf(layer), inputNumbers);
    const memory = new WebAssembly.Memory({ initial: Math.ceil((numbers * NUMBER_BYTES) / PAGE_BYTES) });
    this.inputs = new Float32Array(memory.buffer, 0, inputNumbers);
    this.#layers = placeLayers(padded, memory, inputNumbers * NUMBER_BYTES);
    const { results = 0, outputs = 0 } = this.#layers.at(-1) ?? {};
    this.#results = new Float32Array(memory.buffer, results, BATCH_CHIPS * outputs);
    this.#run = layerKernel(memory);
  }

  /** @param ratios - `BATCH_CHIPS` values, written: natural log of P(chip = +1) / P(chip = -1), clipped to +-`LARGEST_RATIO` */
  ratios(ratios: Float32Array): void {
    let from = 0;
    for (const { inputs, outputs, weights, results, slope } of this.#layers) {
      this.#run(from, weights, results, inputs, outputs, BATCH_CHIPS, slope);
      from = results;
    }
    for (let chip = 0; chip < BATCH_CHIPS; chip += 1) {
      const ratio = this.#results[chip * BLOCK] as number;
      ratios[chip] = Math.min(LARGEST_RATIO, Math.max(-LARGEST_RATIO, ratio));
    }
  }
}

/** A layer as the kernel takes it: whole blocks, those outputs that are too many being always 0. */
interface PaddedLayer {
  readonly inputs: number;
  readonly outputs: number;
  readonly weights: Float32Array;
}

const sizeOf = ({ outputs, weights }: PaddedLayer): number => weights.length + BATCH_CHIPS * outputs;

const wholeBlocks = (outputs: number): number => BLOCK * Math.ceil(outputs / BLOCK);

function padLayer(layer: Layer, index: number, layers: readonly Layer[]): PaddedLayer {
  const below = layers[index - 1];
  const inputs = below ? wholeBlocks(below.outputs) : layer.inputs;
  const outputs = wholeBlocks(layer.outputs);
  const weights = new Float32Array(outputs * (inputs + 1));
  for (let output = 0; output < layer.outputs; output += 1) {
    const at = Math.floor(output / BLOCK) * BLOCK * (inputs + 1) + (output % BLOCK);
    weights[at] = layer.biases[output] as number;
    for (let input = 0; input < layer.inputs; input += 1) {
      weights[at + (input + 1) * BLOCK] = layer.weights[output * layer.inputs + input] as number;
    }
  }
  return { inputs, outputs, weights };
}

function placeLayers(
  layers: readonly PaddedLayer[],
  memory: WebAssembly.Memory,
  first: number,
): PlacedLayer[] {
  let free = first;
  return layers.map((layer, index) => {
    const { inputs, outputs, weights } = layer;
    new Float32Array(memory.buffer, free, weights.length).set(weights);
    const slope = index === layers.length - 1 ? 1 : LEAK;
    const placed = { inputs, outputs, weights: free, results: free + weights.byteLength, slope };
    free += sizeOf(layer) * NUMBER_BYTES;
    return placed;
  });
}
