import { ChipSource, type SegmentChips, type SegmentLayout, segmentStartSeconds } from '../segment-chips.ts';
import { CHIP_SECONDS } from '../tile-grid.ts';

/** The forensic chips of a whole call. */
export class CallPattern {
  readonly #layout: SegmentLayout;
  readonly #segments: readonly SegmentChips[];

  private constructor(layout: SegmentLayout, segments: readonly SegmentChips[]) {
    this.#layout = layout;
    this.#segments = segments;
  }

  /**
   * @param seed - the call's, 32 bytes
   * @param segmentCount - media segments of the call
   */
  static async of(
    seed: Uint8Array<ArrayBuffer>,
    layout: SegmentLayout,
    segmentCount: number,
  ): Promise<CallPattern> {
    const source = await ChipSource.of(seed, layout);
    const segments = Array.from({ length: segmentCount }, (_, place) => source.segment(place + 1));
    return new CallPattern(layout, await Promise.all(segments));
  }

  get segmentCount(): number {
    return this.#segments.length;
  }

  /** @param index - of a segment, from 1 */
  segment(index: number): SegmentChips {
    const chips = this.#segments[index - 1];
    if (!chips) throw new RangeError(`The call has no segment ${index}.`);
    return chips;
  }

  /** When a chip begins, in seconds of the recording; before 0 within the encoder's priming. */
  chipSeconds(index: number, chip: number): number {
    return segmentStartSeconds(this.#layout, index) + chip * CHIP_SECONDS;
  }

  /** Segments, from the first to the last, that may have chips between two moments, in seconds of the recording. */
  segmentsBetween(fromSeconds: number, toSeconds: number): { readonly first: number; readonly last: number } {
    const { sampleRateHz, segmentSamples, primingSamples } = this.#layout;
    const at = (seconds: number): number =>
      Math.floor((seconds * sampleRateHz + primingSamples) / segmentSamples) + 1;
    return { first: Math.max(1, at(fromSeconds)), last: Math.min(this.segmentCount, at(toSeconds)) };
  }
}
