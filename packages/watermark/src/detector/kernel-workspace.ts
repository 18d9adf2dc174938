import { LAYER_KERNEL_CODE } from './layer-kernel-code.ts';

/** Outputs that the kernel sums together. */
export const BLOCK = 8;

const NUMBER_BYTES = 4;
const PAGE_BYTES = 65_536;
const LANES = 4;

/** Addresses are in bytes; `layer-kernel.wat` says what each is. */
type LayerKernel = (
  from: number,
  weights: number,
  to: number,
  inputs: number,
  outputs: number,
  rows: number,
  slope: number,
) => void;

/** Memory in which the kernel multiplies matrices, four numbers of 32 bits at a time. */
export class KernelWorkspace {
  readonly #memory: WebAssembly.Memory;
  readonly #run: LayerKernel;
  #used = 0;

  /** @param numbers - how many it has room for */
  constructor(numbers: number) {
    this.#memory = new WebAssembly.Memory({ initial: Math.ceil((numbers * NUMBER_BYTES) / PAGE_BYTES) });
    const imports = { kernel: { memory: this.#memory } };
    this.#run = new WebAssembly.Instance(compiled(), imports).exports['layer'] as LayerKernel;
  }

  /** Room for `count` numbers, all 0. @throws RangeError where there is no more */
  numbers(count: number): Float32Array {
    const place = this.#used;
    this.#used += LANES * Math.ceil(count / LANES);
    return new Float32Array(this.#memory.buffer, place * NUMBER_BYTES, count);
  }

  /**
   * One product; all of it lies in this memory.
   * @param from - `rows` rows of `inputs`
   * @param weights - as `placeOf` lays them out
   * @param to - `rows` rows of `outputs`, written
   * @param outputs - a multiple of `BLOCK`
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

/** Numbers that the weights of so many inputs and outputs take. */
export const weightCount = (inputs: number, outputs: number): number => outputs * (inputs + 1);

/** Where among a product's weights that of an input for an output stands; `input` -1 is the output's bias. */
export function placeOf(inputs: number, output: number, input: number): number {
  return (Math.floor(output / BLOCK) * (inputs + 1) + input + 1) * BLOCK + (output % BLOCK);
}

let module: WebAssembly.Module | undefined;

function compiled(): WebAssembly.Module {
  module ??= new WebAssembly.Module(
    Uint8Array.from(atob(LAYER_KERNEL_CODE), character => character.charCodeAt(0)),
  );
  return module;
}
