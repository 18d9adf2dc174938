import { ChipNetwork, type Layer } from './chip-network.ts';
import { CHIP_WEIGHTS } from './chip-weights.ts';

/** A layer as it is kept: whole numbers of 16 bits, least significant byte first, in base64. */
export interface StoredLayer {
  readonly inputs: number;
  readonly outputs: number;
  /** A stored weight times this is the weight. */
  readonly scale: number;
  /** All weights, output by output, then all biases. */
  readonly values: string;
}

/** The network whose weights come with the package; `training/` made them. */
export function trainedNetwork(): ChipNetwork {
  return new ChipNetwork(CHIP_WEIGHTS.map(readLayer));
}

function readLayer({ inputs, outputs, scale, values }: StoredLayer): Layer {
  const bytes = Uint8Array.from(atob(values), character => character.charCodeAt(0));
  const numbers = new DataView(bytes.buffer);
  const all = Float64Array.from(
    { length: outputs * (inputs + 1) },
    (_, index) => numbers.getInt16(2 * index, true) * scale,
  );
  return {
    inputs,
    outputs,
    weights: all.subarray(0, outputs * inputs),
    biases: all.subarray(outputs * inputs),
  };
}
