import { type AudioTrack, durationSeconds, segmentIndexAt, segmentSpan } from '@secure-call/protocol';

/** Consecutive audio segments and the seconds of the recording that they hold. */
export interface AudioWindow {
  readonly firstIndex: number;
  readonly lastIndex: number;
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** Seconds of the recording that a grant permits; undefined = all. */
export type Ranges = readonly (readonly [number, number])[] | undefined;

/**
 * The segments of a lease: the one that holds `fromSeconds` and those after it, as many as come nearest to
 * `lengthSeconds` from there, as far as the grant's ranges go without a break. Ranges are served in whole segments: one
 * that holds a permitted second is released whole.
 * @returns undefined when the first segment holds no permitted second
 */
export function audioWindow(
  track: AudioTrack,
  fromSeconds: number,
  lengthSeconds: number,
  ranges: Ranges,
): AudioWindow | undefined {
  const firstIndex = segmentHolding(track, fromSeconds);
  let lastIndex = segmentIndexAt(track, fromSeconds);
  if (!isPermitted(track, lastIndex, ranges)) return undefined;
  const segmentSeconds = track.segmentSamples / track.sampleRateHz;
  const endSeconds = fromSeconds - segmentSpan(track, lastIndex).from + lengthSeconds;
  const count = Math.max(1, Math.round(endSeconds / segmentSeconds));
  const limit = Math.min(lastIndex + count, track.total) - 1;
  while (lastIndex < limit && isPermitted(track, lastIndex + 1, ranges)) lastIndex += 1;
  const toSeconds = segmentSpan(track, lastIndex).to;
  return {
    firstIndex,
    // What the encoder flushed behind the recording's last sample belongs to its end.
    lastIndex: toSeconds >= durationSeconds(track) ? track.total - 1 : lastIndex,
    fromSeconds: segmentSpan(track, firstIndex).from,
    toSeconds,
  };
}

/** The first second that a grant permits. @returns undefined when it permits none of this recording */
export function firstPermittedSecond(track: AudioTrack, ranges: Ranges): number | undefined {
  if (!ranges) return 0;
  const duration = durationSeconds(track);
  const starts = ranges.filter(([from, to]) => from < duration && to > from).map(([from]) => from);
  return starts.length > 0 ? Math.min(...starts) : undefined;
}

/** Segments that hold nothing but the encoder's priming belong to the recording's first second. */
function segmentHolding(track: AudioTrack, seconds: number): number {
  const index = segmentIndexAt(track, seconds);
  return segmentSpan(track, index).from === 0 ? 1 : index;
}

function isPermitted(track: AudioTrack, index: number, ranges: Ranges): boolean {
  if (!ranges) return true;
  const span = segmentSpan(track, index);
  return ranges.some(([from, to]) => to > from && from < span.to && to > span.from);
}
