import { type SegmentChips, type SegmentLayout, segmentStartSeconds } from './segment-chips.ts';
import { RAMP_SECONDS } from './tile-gains.ts';
import { BAND_COUNT, CHIP_SECONDS, FORENSIC_BANDS } from './tile-grid.ts';

/**
 * Which way each band of the forensic mark goes at a moment of the recording, in both variants. Chips are supplied segment by
 * segment as time goes on, and only the segments around that moment are kept.
 */
export class SegmentGains {
  readonly #layout: SegmentLayout;
  readonly #segments = new Map<number, SegmentChips>();

  constructor(layout: SegmentLayout) {
    this.#layout = layout;
  }

  /** Number of the segment whose sound a moment belongs to, from 1. */
  segmentAt(seconds: number): number {
    const { sampleRateHz, segmentSamples, primingSamples } = this.#layout;
    return Math.max(1, Math.floor((seconds * sampleRateHz + primingSamples) / segmentSamples) + 1);
  }

  /** Whether the chips of a segment are here. */
  has(index: number): boolean {
    return this.#segments.has(index);
  }

  /** Takes the chips of a segment in, and drops those of segments that are long past. */
  supply(index: number, chips: SegmentChips): void {
    this.#segments.set(index, chips);
    for (const old of this.#segments.keys()) if (old < index - 2) this.#segments.delete(old);
  }

  /**
   * @param seconds - of the recording
   * @param gains - `BAND_COUNT` values of -1 to 1 for variant A and for B; those of the forensic bands are written
   * @throws RangeError when the chips of that moment were not supplied
   */
  at(seconds: number, gains: readonly [Float64Array, Float64Array]): void {
    for (const band of FORENSIC_BANDS) for (const side of gains) side[band] = 0;
    // A chip that ends with its segment leaves half a ramp to the next, and the next one's begins before it.
    const first = this.segmentAt(seconds - RAMP_SECONDS / 2);
    const last = this.segmentAt(seconds + RAMP_SECONDS / 2);
    for (let index = first; index <= last; index += 1) {
      const chips = this.#segments.get(index);
      if (!chips) throw new RangeError(`The chips of segment ${index} were not supplied.`);
      addGains(chips, seconds - segmentStartSeconds(this.#layout, index), gains);
    }
  }
}

/** Halves of chips, joined by ramps around their borders as in `TileGains`; nothing lies before the first or after the last. */
function addGains(chips: SegmentChips, seconds: number, [a, b]: readonly [Float64Array, Float64Array]): void {
  const halves = (2 * seconds) / CHIP_SECONDS;
  const border = Math.round(halves);
  const after = Math.min(1, Math.max(0, ((halves - border) * (CHIP_SECONDS / 2)) / RAMP_SECONDS + 0.5));
  addHalf(chips, border - 1, 1 - after, a, b);
  addHalf(chips, border, after, a, b);
}

/** Biphase: the first half of a chip has its sign, the second the other. */
function addHalf(
  { chipCount, common, varying }: SegmentChips,
  half: number,
  share: number,
  a: Float64Array,
  b: Float64Array,
): void {
  if (share === 0 || half < 0 || half >= 2 * chipCount) return;
  const row = (half >> 1) * BAND_COUNT;
  const signed = half % 2 === 0 ? share : -share;
  for (const band of FORENSIC_BANDS) {
    const alike = signed * (common[row + band] as number);
    const apart = signed * (varying[row + band] as number);
    a[band] = (a[band] as number) + alike + apart;
    b[band] = (b[band] as number) + alike - apart;
  }
}
