import {
  BLOCK,
  type KernelWorkspace,
  type Layer,
  type LEAK,
  placeOf,
  weightCount,
} from '@secure-call/watermark/detector';
import type { SeededRandom } from '../seeded-random.ts';
import { Adam } from './adam.ts';

/** Rows that the kernel computes together. */
const ROW_GROUP = 4;

const wholeGroups = (rows: number): number => ROW_GROUP * Math.ceil(rows / ROW_GROUP);

/** What a layer needs in a workspace, generously. */
export const layerNumbers = (inputs: number, outputs: number, batch: number): number =>
  4 * (inputs + 2 * ROW_GROUP) * (outputs + BLOCK) + 3 * batch * (inputs + outputs + 4 * BLOCK);

/** One fully connected layer while it learns, for a whole batch at a time. Its weights lie as the kernel takes them. */
export class TrainedLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** What it gave last: a row of `outputs` for each chip of the batch. */
  readonly results: Float32Array;
  /** What the loss changes by with each result; written by the layer above. */
  readonly errors: Float32Array;
  readonly #batch: number;
  readonly #slope: number;
  readonly #workspace: KernelWorkspace;
  readonly #weights: Float32Array;
  readonly #gradient: Float32Array;
  readonly #adam: Adam;
  /** A row of ones, for the biases, and one of the whole batch for each input. */
  readonly #columns: Float32Array;
  readonly #errorBlocks: Float32Array;
  /** The weights turned over, with biases of 0. */
  readonly #turned: Float32Array;

  /**
   * @param outputs - a multiple of `BLOCK`
   * @param slope - what negative results are multiplied by; 1 for the last layer, which is not rectified
   */
  constructor(
    workspace: KernelWorkspace,
    inputs: number,
    outputs: number,
    batch: number,
    slope: 1 | typeof LEAK,
  ) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.#workspace = workspace;
    this.#batch = batch;
    this.#slope = slope;
    this.#weights = workspace.numbers(weightCount(inputs, outputs));
    this.#gradient = workspace.numbers(weightCount(inputs, outputs) + BLOCK * ROW_GROUP);
    this.#adam = new Adam(this.#weights, this.#gradient);
    this.#columns = workspace.numbers(wholeGroups(inputs + 1) * batch).fill(1, 0, batch);
    this.#errorBlocks = workspace.numbers(weightCount(batch, outputs));
    this.#turned = workspace.numbers(weightCount(outputs, inputs + BLOCK));
    this.results = workspace.numbers(batch * outputs);
    this.errors = workspace.numbers(batch * outputs);
  }

  /** Draws weights. @param used - outputs that are there for more than to fill a block */
  begin(used: number, spread: number, random: SeededRandom): void {
    for (let output = 0; output < used; output += 1) {
      for (let input = 0; input < this.inputs; input += 1) {
        this.#weights[placeOf(this.inputs, output, input)] = spread * random.normal();
      }
    }
  }

  /** @param values - a row of `inputs` for each chip */
  forward(values: Float32Array): void {
    const { inputs, outputs, results } = this;
    this.#workspace.product(values, this.#weights, results, inputs, outputs, this.#batch, this.#slope);
  }

  /**
   * Moves the weights.
   * @param values - the inputs of the last `forward`
   * @param below - errors of the layer below, written before; none for the first layer
   */
  backward(values: Float32Array, below: Float32Array | undefined, step: number): void {
    this.#throughRectifier();
    if (below) this.#passErrors(below);
    this.#findGradient(values);
    this.#adam.move(step, this.#batch);
  }

  /** As the detector takes it. @param used - see `begin` */
  layer(used: number): Layer {
    const { inputs } = this;
    const weightAt = (output: number, input: number): number =>
      this.#weights[placeOf(this.inputs, output, input)] as number;
    return {
      inputs,
      outputs: used,
      weights: Float64Array.from({ length: used * inputs }, (_, at) =>
        weightAt(Math.floor(at / inputs), at % inputs),
      ),
      biases: Float64Array.from({ length: used }, (_, output) => weightAt(output, -1)),
    };
  }

  #throughRectifier(): void {
    for (let at = 0; at < this.errors.length; at += 1) {
      if ((this.results[at] as number) < 0) this.errors[at] = this.#slope * (this.errors[at] as number);
    }
  }

  /** Errors times weights: the weights of each input stand together. */
  #passErrors(below: Float32Array): void {
    const { inputs, outputs, errors } = this;
    for (let input = 0; input < inputs; input += 1) {
      for (let output = 0; output < outputs; output += 1) {
        const weight = this.#weights[placeOf(inputs, output, input)] as number;
        this.#turned[placeOf(outputs, input, output)] = weight;
      }
    }
    this.#workspace.product(errors, this.#turned, below, outputs, inputs, this.#batch);
  }

  /** Inputs times errors, summed over the batch; a block's last rows of nothing are overwritten by the next block. */
  #findGradient(values: Float32Array): void {
    const { inputs, outputs } = this;
    for (let chip = 0; chip < this.#batch; chip += 1) {
      for (let input = 0; input < inputs; input += 1) {
        this.#columns[(input + 1) * this.#batch + chip] = values[chip * inputs + input] as number;
      }
      this.#takeErrors(chip);
    }
    for (let block = 0; block < outputs / BLOCK; block += 1) {
      const errors = this.#errorBlocks.subarray(placeOf(this.#batch, block * BLOCK, -1));
      const gradient = this.#gradient.subarray(placeOf(inputs, block * BLOCK, -1));
      this.#workspace.product(this.#columns, errors, gradient, this.#batch, BLOCK, wholeGroups(inputs + 1));
    }
  }

  #takeErrors(chip: number): void {
    for (let output = 0; output < this.outputs; output += 1) {
      const error = this.errors[chip * this.outputs + output] as number;
      this.#errorBlocks[placeOf(this.#batch, output, chip)] = error;
    }
  }
}
