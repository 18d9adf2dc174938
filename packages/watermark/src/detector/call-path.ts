import { FORENSIC_BANDS } from '../tile-grid.ts';
import type { CallPattern } from './call-pattern.ts';
import { CallSteps, STEP_ROWS } from './call-steps.ts';
import { likeliestWay } from './call-trellis.ts';
import type { ForensicView } from './forensic-view.ts';
import { type SegmentBit, segmentBits, sumBits } from './segment-bits.ts';

/** How a clip that was cut lies in a call. */
export interface CallPath {
  /** Second of the recording at which the clip begins. */
  readonly startSeconds: number;
  readonly bits: readonly SegmentBit[];
  /** Evidence of the call's mark along the path, nats, less what the choice of the path costs. */
  readonly evidenceNats: number;
}

/** A piece of a clip that lies in the call without a break, in rows of the view. */
interface Piece {
  readonly from: number;
  readonly to: number;
  readonly place: number;
}

/**
 * Follows a clip whose pauses were cut out, or that was cut and joined, through a stretch of a call. It takes a second for five
 * minutes, and gives way some hundred times, so that a caller may do something else in between.
 * @param fromSeconds - of the call, where the clip may begin at the earliest
 * @param toSeconds - and where any piece of it would begin, were it whole, at the latest
 */
export function* callPath(
  view: ForensicView,
  pattern: CallPattern,
  fromSeconds: number,
  toSeconds: number,
): Generator<undefined, CallPath> {
  const steps = new CallSteps(view, pattern, fromSeconds, toSeconds);
  const pieces = piecesOf(yield* likeliestWay(steps), view.rowCount);
  const startOf = ({ place }: Piece): number => fromSeconds + place * view.rowSeconds;
  const read = pieces.map(piece =>
    segmentBits(part(view, piece), pattern, startOf(piece) + piece.from * view.rowSeconds),
  );
  const bits = sumBits(read);
  const energy = pieces.reduce(
    (sum, piece, at) => sum + layersAt(piece, pieces) * energyOf(read[at] ?? []),
    0,
  );
  const evidence = Math.max(0, sumOf(bits)) ** 2 / (2 * Math.max(1e-9, energy));
  const choice = wayNats(pieces, steps) + bits.length * Math.LN2;
  const startSeconds = pieces[0] ? startOf(pieces[0]) : fromSeconds;
  return { startSeconds, bits, evidenceNats: Math.max(0, evidence - choice) };
}

function piecesOf(way: Int32Array, rowCount: number): Piece[] {
  const begins = [...way.keys()].filter(step => step === 0 || way[step] !== way[step - 1]);
  return begins.map((step, at) => ({
    from: step * STEP_ROWS,
    to: at + 1 < begins.length ? (begins[at + 1] as number) * STEP_ROWS : rowCount,
    place: way[step] as number,
  }));
}

function part(view: ForensicView, { from, to }: Piece): ForensicView {
  const width = FORENSIC_BANDS.length;
  return { ...view, rowCount: to - from, values: view.values.subarray(from * width, to * width) };
}

/** Of all chips, those of each segment with the sign that suits them; Hoeffding's inequality bounds it as in `commonEvidence`. */
const sumOf = (bits: readonly SegmentBit[]): number =>
  bits.reduce((sum, { ratio, common }) => sum + Math.abs(ratio) + common, 0);

const energyOf = (bits: readonly SegmentBit[]): number =>
  bits.reduce((sum, { energy, commonEnergy }) => sum + energy + commonEnergy, 0);

/**
 * How many pieces have a moment of the call that one has, itself included, at most: where ratios share a chip, and so a random
 * sign, (w1 + ... + wn)^2 <= n (w1^2 + ... + wn^2).
 */
const layersAt = (own: Piece, pieces: readonly Piece[]): number =>
  pieces.filter(
    other => other.place + other.from < own.place + own.to && own.place + own.from < other.place + other.to,
  ).length;

/** A pause that was cut out: the recording goes on up to 2 s later. */
const PAUSE_PLACES = 512;

/** Three of four jumps are such. */
const PAUSE_SHARE = 3 / 4;

/**
 * Log of the number of ways with as many jumps, over the share of the bound that such ways have: each number of jumps has the
 * same, they are at any of the borders between steps, and lead over a pause or anywhere. One more factor of two is for clips that
 * are found without a jump, by `commonEvidence`.
 */
function wayNats(pieces: readonly Piece[], steps: CallSteps): number {
  let nats = Math.LN2 + Math.log(steps.count);
  pieces.slice(1).forEach(({ place }, before) => {
    const gap = place - (pieces[before] as Piece).place;
    const isPause = gap > 0 && gap <= PAUSE_PLACES;
    nats += Math.log((steps.count - 1 - before) / (before + 1));
    nats += isPause ? Math.log(PAUSE_PLACES / PAUSE_SHARE) : Math.log(steps.places / (1 - PAUSE_SHARE));
  });
  return nats;
}
