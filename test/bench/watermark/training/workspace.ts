import { type LayerKernel, layerKernel } from '@secure-call/watermark/detector';

const NUMBER_BYTES = 4;
const PAGE_BYTES = 65_536;
const LANES = 4;

/** Memory in which the detector's kernel multiplies matrices for the training as well. */
export class Workspace {
  readonly #memory: WebAssembly.Memory;
  readonly #run: LayerKernel;
  #used = 0;

  /** @param numbers - how many it has room for */
  constructor(numbers: number) {
    this.#memory = new WebAssembly.Memory({ initial: Math.ceil((numbers * NUMBER_BYTES) / PAGE_BYTES) });
    this.#run = layerKernel(this.#memory);
  }

  /** Room for `count` numbers, all 0. */
  numbers(count: number): Float32Array {
    const place = this.#used;
    this.#used += LANES * Math.ceil(count / LANES);
    return new Float32Array(this.#memory.buffer, place * NUMBER_BYTES, count);
  }

  /**
   * One product, all of it in this memory.
   * @param from - `rows` rows of `inputs`
   * @param weights - by blocks of eight outputs: their biases, then their weights for each input
   * @param to - `rows` rows of `outputs`, written
   * @param rows - a multiple of 4
   * @param slope - what negative results are multiplied by
   */
  product(
    from: Float32Array,
    weights: Float32Array,
    to: Float32Array,
    inputs: number,
    outputs: number,
    rows: number,
    slope = 1,
  ): void {
    this.#run(from.byteOffset, weights.byteOffset, to.byteOffset, inputs, outputs, rows, slope);
  }
}
