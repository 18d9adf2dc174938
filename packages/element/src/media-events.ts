import type { PlayerState } from '@secure-call/player';
import { isOpen, isPlaying } from './open-state.ts';
import type { OpenState } from './open-state.ts';

/**
 * Names of the media events that lie between two snapshots, in the order a media element would fire them (HTML standard,
 * section 4.8.11).
 */
export function mediaEventsBetween(before: PlayerState, after: PlayerState): readonly string[] {
  const begins = !isPlaying(before) && isPlaying(after);
  const stops = isPlaying(before) && !isPlaying(after);
  return [
    ...(isOpen(after) ? positionEvents(isOpen(before) ? before : undefined, after, stops) : []),
    begins && 'play',
    isNow('waiting', before, after) && 'waiting',
    isNow('playing', before, after) && 'playing',
    stops && 'pause',
    isNow('ended', before, after) && 'ended',
  ].filter(name => name !== false);
}

const isNow = (status: PlayerState['status'], before: PlayerState, after: PlayerState): boolean =>
  after.status === status && before.status !== status;

function positionEvents(
  before: OpenState | undefined,
  after: OpenState,
  stops: boolean,
): readonly (string | false)[] {
  if (before === undefined) return ['durationchange', after.seeking && 'seeking'];
  const isLoudnessNew = before.volume !== after.volume || before.muted !== after.muted;
  return [
    before.durationSeconds !== after.durationSeconds && 'durationchange',
    before.playbackRate !== after.playbackRate && 'ratechange',
    isLoudnessNew && 'volumechange',
    !before.seeking && after.seeking && 'seeking',
    (stops || before.positionSeconds !== after.positionSeconds) && 'timeupdate',
    before.seeking && !after.seeking && 'seeked',
  ];
}
