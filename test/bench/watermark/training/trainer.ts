import { BLOCK, INPUT_SIZE, KernelWorkspace, LEAK, type Layer } from '@secure-call/watermark/detector';
import type { SeededRandom } from '../seeded-random.ts';
import type { ChipSamples } from './chip-samples.ts';
import { layerNumbers, TrainedLayer } from './trained-layer.ts';

/** Chips after which the weights move. */
export const BATCH = 128;

/** Adam's step falls along a cosine to nearly nothing. */
const LARGEST_STEP = 2e-3;
const SMALLEST_STEP = 1e-5;

/** Trains a network to tell a chip's sign: logistic loss, so that its output is a log-likelihood ratio. */
export class Trainer {
  readonly #layers: readonly TrainedLayer[];
  readonly #used: readonly number[];
  readonly #inputs: Float32Array;
  readonly #signs = new Int8Array(BATCH);
  readonly #steps: number;
  #step = 0;

  /**
   * @param hidden - sizes of the hidden layers, multiples of `BLOCK`
   * @param chips - how many will be learned from in all
   */
  constructor(hidden: readonly number[], chips: number, random: SeededRandom) {
    this.#steps = chips / BATCH;
    this.#used = [...hidden, 1];
    const sizes = [INPUT_SIZE, ...hidden, BLOCK];
    const shapes = sizes.slice(1).map((outputs, index) => ({ inputs: sizes[index] as number, outputs }));
    const room = shapes.map(({ inputs, outputs }) => layerNumbers(inputs, outputs, BATCH));
    const workspace = new KernelWorkspace(room.reduce((sum, numbers) => sum + numbers, BATCH * INPUT_SIZE));
    this.#inputs = workspace.numbers(BATCH * INPUT_SIZE);
    this.#layers = shapes.map(({ inputs, outputs }, index) => {
      const isLast = index === hidden.length;
      const layer = new TrainedLayer(workspace, inputs, outputs, BATCH, isLast ? 1 : LEAK);
      layer.begin(isLast ? 1 : outputs, (isLast ? 0.3 : 1) * Math.sqrt(2 / inputs), random);
      return layer;
    });
  }

  /** The network as the detector takes it. */
  get layers(): Layer[] {
    return this.#layers.map((layer, index) => layer.layer(this.#used[index] as number));
  }

  /** Learns from drawn chips. @param batches - of 128 chips @returns the mean loss, nats */
  learn(samples: ChipSamples, batches: number, random: SeededRandom): number {
    let loss = 0;
    for (let batch = 0; batch < batches; batch += 1) {
      for (let chip = 0; chip < BATCH; chip += 1) {
        this.#signs[chip] = samples.draw(random);
        this.#inputs.set(samples.inputs, chip * INPUT_SIZE);
      }
      loss += this.#learnBatch();
    }
    return loss / (batches * BATCH);
  }

  #learnBatch(): number {
    const below = (index: number): Float32Array => this.#layers[index - 1]?.results ?? this.#inputs;
    this.#layers.forEach((layer, index) => layer.forward(below(index)));
    const loss = this.#measureLoss();
    this.#step += 1;
    const turn = (1 + Math.cos((Math.PI * this.#step) / this.#steps)) / 2;
    for (let index = this.#layers.length - 1; index >= 0; index -= 1) {
      const errors = this.#layers[index - 1]?.errors;
      this.#layers[index]?.backward(below(index), errors, SMALLEST_STEP + LARGEST_STEP * turn);
    }
    return loss;
  }

  #measureLoss(): number {
    const { results, errors } = this.#layers.at(-1) as TrainedLayer;
    let loss = 0;
    for (let chip = 0; chip < BATCH; chip += 1) {
      const sign = this.#signs[chip] as number;
      const margin = sign * (results[chip * BLOCK] as number);
      loss += Math.log1p(Math.exp(-margin));
      errors[chip * BLOCK] = -sign / (1 + Math.exp(margin));
    }
    return loss;
  }
}
