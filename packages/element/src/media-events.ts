import type { PlayerState } from '@secure-call/player';
import { isOpen, isPlaying } from './open-state.ts';
import type { OpenState } from './open-state.ts';

/** Names of the media events that lie between two snapshots, in the order a media element would fire them. */
export function mediaEventsBetween(before: PlayerState, after: PlayerState): readonly string[] {
  const isWaiting = after.status === 'waiting' && before.status !== 'waiting';
  const hasEnded = after.status === 'ended' && before.status !== 'ended';
  return [
    ...(isOpen(after) ? positionEvents(isOpen(before) ? before : undefined, after) : []),
    !isPlaying(before) && isPlaying(after) && 'play',
    isWaiting && 'waiting',
    isPlaying(before) && !isPlaying(after) && 'pause',
    hasEnded && 'ended',
  ].filter(name => name !== false);
}

function positionEvents(before: OpenState | undefined, after: OpenState): readonly (string | false)[] {
  if (before === undefined) return ['durationchange', after.seeking && 'seeking'];
  const isLoudnessNew = before.volume !== after.volume || before.muted !== after.muted;
  return [
    before.durationSeconds !== after.durationSeconds && 'durationchange',
    before.playbackRate !== after.playbackRate && 'ratechange',
    isLoudnessNew && 'volumechange',
    !before.seeking && after.seeking && 'seeking',
    before.positionSeconds !== after.positionSeconds && 'timeupdate',
    before.seeking && !after.seeking && 'seeked',
  ];
}
