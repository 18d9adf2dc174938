const MOMENTUM = 0.9;
const VARIANCE_MOMENTUM = 0.999;
const TINY = 1e-8;

/** Moves weights along their gradient: Adam (Kingma and Ba 2015). */
export class Adam {
  readonly #weights: Float32Array;
  readonly #gradient: Float32Array;
  readonly #mean: Float32Array;
  readonly #variance: Float32Array;
  #steps = 0;

  /** @param gradient - of at least as many numbers as `weights`, summed over a batch */
  constructor(weights: Float32Array, gradient: Float32Array) {
    this.#weights = weights;
    this.#gradient = gradient;
    this.#mean = new Float32Array(weights.length);
    this.#variance = new Float32Array(weights.length);
  }

  /**
   * @param size - of the step
   * @param batch - over how many chips the gradient is summed
   */
  move(size: number, batch: number): void {
    this.#steps += 1;
    const meanScale = 1 / (1 - MOMENTUM ** this.#steps);
    const varianceScale = 1 / (1 - VARIANCE_MOMENTUM ** this.#steps);
    for (let at = 0; at < this.#weights.length; at += 1) {
      const slope = (this.#gradient[at] as number) / batch;
      const mean = MOMENTUM * (this.#mean[at] as number) + (1 - MOMENTUM) * slope;
      const variance =
        VARIANCE_MOMENTUM * (this.#variance[at] as number) + (1 - VARIANCE_MOMENTUM) * slope * slope;
      this.#mean[at] = mean;
      this.#variance[at] = variance;
      const move = (mean * meanScale) / (Math.sqrt(variance * varianceScale) + TINY);
      this.#weights[at] = (this.#weights[at] as number) - size * move;
    }
  }
}
