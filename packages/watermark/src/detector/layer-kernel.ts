import { LAYER_KERNEL_CODE } from './layer-kernel-code.ts';

/** Outputs that the kernel sums together. */
export const BLOCK = 8;

/** Computes one layer in its memory; addresses in bytes, numbers of 32 bits. `layer-kernel.wat` says more. */
export type LayerKernel = (
  from: number,
  weights: number,
  to: number,
  inputs: number,
  outputs: number,
  chips: number,
  slope: number,
) => void;

/** @param memory - where values, weights and results lie */
export function layerKernel(memory: WebAssembly.Memory): LayerKernel {
  const code = Uint8Array.from(atob(LAYER_KERNEL_CODE), character => character.charCodeAt(0));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(code), { kernel: { memory } });
  return exports['layer'] as LayerKernel;
}
