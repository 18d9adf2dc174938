import type { Bytes } from '@secure-call/protocol';
import type { PcmBlock } from './recording.ts';

const PEAKS_PER_SECOND = 20;

/**
 * Waveform peaks in the form `peaks-u8-20`: for every twentieth of a second one byte per channel, side by side, the
 * largest magnitude in it as 0 to 255 of full scale.
 */
export class PeakMeter {
  readonly #peaks: number[] = [];
  readonly #largest: number[];
  readonly #sampleRateHz: number;
  #samples = 0;
  #nextCut: number;

  constructor(sampleRateHz: number, channels: number) {
    this.#sampleRateHz = sampleRateHz;
    this.#largest = Array.from({ length: channels }, () => 0);
    this.#nextCut = this.#cutAfter(0);
  }

  add(block: PcmBlock): void {
    const frames = block[0]?.length ?? 0;
    let from = 0;
    while (from < frames) {
      const to = Math.min(frames, from + this.#nextCut - this.#samples);
      this.#measure(block, from, to);
      this.#samples += to - from;
      if (this.#samples === this.#nextCut) this.#cut();
      from = to;
    }
  }

  /** Ends the last, shorter twentieth and gives all peaks. */
  finish(): Bytes {
    const lastCut = this.#cutAfter(this.#peaks.length / this.#largest.length - 1);
    if (this.#samples > lastCut) this.#cut();
    return Uint8Array.from(this.#peaks);
  }

  /** Sample at which the given twentieth ends. Rates such as 11025 Hz do not divide evenly. */
  #cutAfter(index: number): number {
    return Math.round(((index + 1) * this.#sampleRateHz) / PEAKS_PER_SECOND);
  }

  #measure(block: PcmBlock, from: number, to: number): void {
    for (const [channel, plane] of block.entries()) {
      let largest = this.#largest[channel] ?? 0;
      for (let index = from; index < to; index += 1) {
        const magnitude = Math.abs(plane[index] ?? 0);
        if (magnitude > largest) largest = magnitude;
      }
      this.#largest[channel] = largest;
    }
  }

  #cut(): void {
    for (const largest of this.#largest) this.#peaks.push(Math.min(255, Math.round(largest * 255)));
    this.#largest.fill(0);
    this.#nextCut = this.#cutAfter(this.#peaks.length / this.#largest.length);
  }
}
