import { BAND_COUNT, FORENSIC_BANDS } from '../tile-grid.ts';
import type { CallPattern } from './call-pattern.ts';
import type { ForensicView } from './forensic-view.ts';

/** What a clip says of one segment. */
export interface SegmentBit {
  /** Number of the segment, from 1. */
  readonly index: number;
  /** Chips of it that are in the clip, of all bands. */
  readonly chips: number;
  /** Sum of log-likelihood ratios for variant A; negative for B. */
  readonly ratio: number;
  /** Sum of the squares of those ratios: the variance that `ratio` would have by chance. */
  readonly energy: number;
  /** Sum of ratios of the common chips, with the signs that both variants have. */
  readonly common: number;
  /** Sum of the squares of the common chips' ratios: the variance that `common` would have by chance. */
  readonly commonEnergy: number;
}

/**
 * Reads the bit of every segment that lies in a clip.
 * @param startSeconds - second of the recording at which the clip begins, as `searchCall` finds it
 */
export function segmentBits(view: ForensicView, pattern: CallPattern, startSeconds: number): SegmentBit[] {
  const endSeconds = startSeconds + view.rowCount * view.rowSeconds;
  const { first, last } = pattern.segmentsBetween(startSeconds, endSeconds);
  const bits: SegmentBit[] = [];
  for (let index = first; index <= last; index += 1) {
    const bit = readSegment(view, pattern, startSeconds, index);
    if (bit.chips > 0) bits.push(bit);
  }
  return bits;
}

function readSegment(
  { rowCount, rowSeconds, values }: ForensicView,
  pattern: CallPattern,
  startSeconds: number,
  index: number,
): SegmentBit {
  const { chipCount, common, varying } = pattern.segment(index);
  const sums = { chips: 0, ratio: 0, energy: 0, common: 0, commonEnergy: 0 };
  for (let chip = 0; chip < chipCount; chip += 1) {
    const row = Math.round((pattern.chipSeconds(index, chip) - startSeconds) / rowSeconds);
    if (row < 0 || row >= rowCount) continue;
    FORENSIC_BANDS.forEach((band, place) => {
      const ratio = values[row * FORENSIC_BANDS.length + place] as number;
      const tile = chip * BAND_COUNT + band;
      const shared = common[tile] as number;
      sums.chips += 1;
      const own = varying[tile] as number;
      sums.ratio += ratio * own;
      sums.energy += ratio * ratio * own * own;
      sums.common += ratio * shared;
      sums.commonEnergy += ratio * ratio * shared * shared;
    });
  }
  return { index, ...sums };
}

/** Adds up what several pieces say of the same segments. @returns one bit a segment, in their order */
export function sumBits(pieces: readonly (readonly SegmentBit[])[]): SegmentBit[] {
  const sums = new Map<number, SegmentBit>();
  for (const bit of pieces.flat()) {
    const other = sums.get(bit.index);
    sums.set(bit.index, other ? added(bit, other) : bit);
  }
  return [...sums.values()].sort((a, b) => a.index - b.index);
}

const added = (one: SegmentBit, other: SegmentBit): SegmentBit => ({
  index: one.index,
  chips: one.chips + other.chips,
  ratio: one.ratio + other.ratio,
  energy: one.energy + other.energy,
  common: one.common + other.common,
  commonEnergy: one.commonEnergy + other.commonEnergy,
});

/**
 * Whether the mark of this call is in the clip at all, whoever it was: evidence of the common chips, nats. In sound without this
 * mark their signs are random, and Hoeffding's inequality bounds the sum of the ratios with them; `falsePositiveBound` takes it
 * with the number of alignments that were tried.
 */
export function commonEvidence(bits: readonly SegmentBit[]): number {
  const sum = bits.reduce((total, { common }) => total + common, 0);
  const energy = bits.reduce((total, { commonEnergy }) => total + commonEnergy, 1e-9);
  return sum > 0 ? (sum * sum) / (2 * energy) : 0;
}
