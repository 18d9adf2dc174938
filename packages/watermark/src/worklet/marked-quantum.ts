/** What differs by less than this (-100 dB) is the same: engines that smooth a gain round differently. */
const TOLERANCE = 1e-5;
/** A marker that lets out more than this (-60 dB) is heard. */
const HEARD = 1e-3;

/** Where the marker leaves what it lets out, for the guard to compare with what arrives at the end of the graph. */
export class MarkedQuantum {
  #channels: readonly Float32Array[] = [];
  #isFresh = false;
  #isHeard = false;
  /** Sample frames marked since the beginning. */
  frames = 0;

  /** Remembers a quantum until the guard has asked for it. */
  keep(output: readonly Float32Array[]): void {
    const length = output[0]?.length ?? 0;
    if (this.#channels[0]?.length !== length) this.#channels = output.map(() => new Float32Array(length));
    this.#isHeard = false;
    for (let channel = 0; channel < output.length; channel += 1) {
      this.#keepChannel(this.#channels[channel] as Float32Array, output[channel] as Float32Array);
    }
    this.frames += length;
    this.#isFresh = true;
  }

  #keepChannel(kept: Float32Array, output: Float32Array): void {
    kept.set(output);
    for (let index = 0; index < output.length; index += 1) {
      if (Math.abs(output[index] as number) > HEARD) this.#isHeard = true;
    }
  }

  /** Whether the quantum that was kept last can be heard. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  /** Whether a quantum was kept since the last one was let go. */
  get isFresh(): boolean {
    return this.#isFresh;
  }

  letGo(): void {
    this.#isFresh = false;
  }

  /** Whether `input` is what was kept, at a gain from 0 to 1. */
  isOrigin(input: readonly Float32Array[]): boolean {
    for (let channel = 0; channel < input.length; channel += 1) {
      if (!this.#isOriginOf(channel, input[channel] as Float32Array)) return false;
    }
    return true;
  }

  #isOriginOf(channel: number, input: Float32Array): boolean {
    const kept = this.#isFresh ? this.#channels[channel] : undefined;
    for (let index = 0; index < input.length; index += 1) {
      const marked = kept ? (kept[index] as number) : 0;
      const sample = input[index] as number;
      if (Math.abs(sample) > Math.abs(marked) + TOLERANCE || sample * marked < -TOLERANCE) return false;
    }
    return true;
  }
}
