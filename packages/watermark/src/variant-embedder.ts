import { FrameShape } from './frame-shape.ts';
import type { SegmentGains } from './segment-gains.ts';
import { BAND_COUNT } from './tile-grid.ts';
import { VariantMarker } from './variant-marker.ts';

/**
 * Puts the forensic mark into sound as it passes, in both variants. All channels carry the same chips, so that a mix keeps them;
 * the chips of what passes have to be supplied to `gains` beforehand.
 */
export class VariantEmbedder {
  /** Samples by which the output is behind the input. */
  readonly latencySamples: number;
  readonly #sampleRateHz: number;
  readonly #hop: number;
  readonly #gains: SegmentGains;
  readonly #signs = [new Float64Array(BAND_COUNT), new Float64Array(BAND_COUNT)] as const;
  readonly #markers: readonly VariantMarker[];
  #taken = 0;

  /** @param channelCount - of the sound; its first sample is the recording's */
  constructor(sampleRateHz: number, channelCount: number, gains: SegmentGains) {
    const shape = new FrameShape(sampleRateHz);
    this.latencySamples = shape.length;
    this.#sampleRateHz = sampleRateHz;
    this.#hop = shape.hop;
    this.#gains = gains;
    this.#markers = Array.from({ length: channelCount }, () => new VariantMarker(shape));
  }

  /**
   * Marks the next samples.
   * @param input - one array a channel, equally long, any length
   * @param a - of the same shape; variant A, written
   * @param b - variant B, written
   * @throws RangeError when a sample is not finite: a recording is not mended in passing
   */
  process(input: readonly Float32Array[], a: readonly Float32Array[], b: readonly Float32Array[]): void {
    const length = input[0]?.length ?? 0;
    for (let done = 0; done < length;) {
      const count = Math.min(length - done, this.#hop - (this.#taken % this.#hop));
      const place = this.#taken % this.latencySamples;
      for (const [channel, marker] of this.#markers.entries()) {
        const variants = [a[channel] as Float32Array, b[channel] as Float32Array] as const;
        marker.pass(input[channel] as Float32Array, variants, done, count, place);
      }
      this.#taken += count;
      done += count;
      if (this.#taken % this.#hop === 0) this.#mark();
    }
  }

  #mark(): void {
    this.#gains.at((this.#taken - this.latencySamples / 2) / this.#sampleRateHz, this.#signs);
    for (const marker of this.#markers) marker.mark(this.#taken % this.latencySamples, this.#signs);
  }
}
