import { INPUT_SIZE, LEAK, type Layer } from '@secure-call/watermark/detector';
import type { SeededRandom } from '../seeded-random.ts';
import type { ChipSamples } from './chip-samples.ts';

/** Chips after which the weights move. */
const BATCH = 128;

/** Adam (Kingma and Ba 2015), with the step falling along a cosine to nearly nothing. */
const LARGEST_STEP = 2e-3;
const SMALLEST_STEP = 1e-5;
const MOMENTUM = 0.9;
const VARIANCE_MOMENTUM = 0.999;
const TINY = 1e-8;

/** The network's inputs, or what the layer below gives. */
type Values = Float32Array | Float64Array;

interface Trained extends Layer {
  readonly activations: Float64Array;
  readonly errors: Float64Array;
  readonly parts: readonly Part[];
}

/** Weights or biases with what Adam keeps for each. */
interface Part {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Trains a network to tell a chip's sign: logistic loss, so that its output is a log-likelihood ratio. */
export class Trainer {
  readonly layers: readonly Trained[];
  readonly #steps: number;
  #step = 0;

  /**
   * @param hidden - sizes of the hidden layers
   * @param chips - how many will be learned from in all
   */
  constructor(hidden: readonly number[], chips: number, random: SeededRandom) {
    const sizes = [INPUT_SIZE, ...hidden, 1];
    this.layers = sizes.slice(1).map((outputs, index) => newLayer(sizes[index] as number, outputs, random));
    this.#steps = chips / BATCH;
  }

  /** Learns from `count` drawn chips. @returns the mean loss, nats */
  learn(samples: ChipSamples, count: number, random: SeededRandom): number {
    let loss = 0;
    for (let chip = 1; chip <= count; chip += 1) {
      const sign = samples.draw(random);
      const margin = sign * this.ratio(samples.inputs);
      loss += Math.log1p(Math.exp(-margin));
      this.#propagate(samples.inputs, -sign / (1 + Math.exp(margin)));
      if (chip % BATCH === 0) this.#move();
    }
    return loss / count;
  }

  /** The network's output, not clipped. */
  ratio(inputs: Values): number {
    let values = inputs;
    for (const layer of this.layers) {
      forward(layer, values, layer !== this.layers.at(-1));
      values = layer.activations;
    }
    return values[0] as number;
  }

  #propagate(inputs: Values, error: number): void {
    (this.layers.at(-1) as Trained).errors[0] = error;
    for (let index = this.layers.length - 1; index >= 0; index -= 1) {
      const below = this.layers[index - 1];
      backward(this.layers[index] as Trained, below?.activations ?? inputs, below?.errors);
    }
  }

  #move(): void {
    this.#step += 1;
    const turn = (1 + Math.cos((Math.PI * this.#step) / this.#steps)) / 2;
    const step = SMALLEST_STEP + LARGEST_STEP * turn;
    for (const layer of this.layers) for (const part of layer.parts) adam(part, step, this.#step);
  }
}

function newLayer(inputs: number, outputs: number, random: SeededRandom): Trained {
  const spread = outputs === 1 ? 0.3 * Math.sqrt(2 / inputs) : Math.sqrt(2 / inputs);
  const weights = Float64Array.from({ length: inputs * outputs }, () => spread * random.normal());
  const biases = new Float64Array(outputs);
  const parts = [weights, biases].map(values => ({
    values,
    gradient: new Float64Array(values.length),
    mean: new Float64Array(values.length),
    variance: new Float64Array(values.length),
  }));
  return {
    inputs,
    outputs,
    weights,
    biases,
    parts,
    activations: new Float64Array(outputs),
    errors: new Float64Array(outputs),
  };
}

function forward(
  { inputs, outputs, weights, biases, activations }: Trained,
  values: Values,
  rectify: boolean,
): void {
  for (let output = 0; output < outputs; output += 1) {
    let sum = biases[output] as number;
    const at = output * inputs;
    for (let input = 0; input < inputs; input += 1)
      sum += (weights[at + input] as number) * (values[input] as number);
    activations[output] = rectify && sum < 0 ? LEAK * sum : sum;
  }
}

function backward(layer: Trained, values: Values, below: Float64Array | undefined): void {
  const [weightPart, biasPart] = layer.parts as [Part, Part];
  below?.fill(0);
  for (let output = 0; output < layer.outputs; output += 1) {
    const error = layer.errors[output] as number;
    biasPart.gradient[output] = (biasPart.gradient[output] as number) + error;
    const at = output * layer.inputs;
    for (let input = 0; input < layer.inputs; input += 1) {
      const gradient = weightPart.gradient;
      gradient[at + input] = (gradient[at + input] as number) + error * (values[input] as number);
      if (below) below[input] = (below[input] as number) + error * (layer.weights[at + input] as number);
    }
  }
  if (!below) return;
  for (let input = 0; input < layer.inputs; input += 1) {
    if ((values[input] as number) < 0) below[input] = LEAK * (below[input] as number);
  }
}

function adam({ values, gradient, mean, variance }: Part, size: number, step: number): void {
  const meanScale = 1 / (1 - MOMENTUM ** step);
  const varianceScale = 1 / (1 - VARIANCE_MOMENTUM ** step);
  for (let at = 0; at < values.length; at += 1) {
    const slope = (gradient[at] as number) / BATCH;
    mean[at] = MOMENTUM * (mean[at] as number) + (1 - MOMENTUM) * slope;
    variance[at] = VARIANCE_MOMENTUM * (variance[at] as number) + (1 - VARIANCE_MOMENTUM) * slope * slope;
    const move =
      ((mean[at] as number) * meanScale) / (Math.sqrt((variance[at] as number) * varianceScale) + TINY);
    values[at] = (values[at] as number) - size * move;
    gradient[at] = 0;
  }
}
