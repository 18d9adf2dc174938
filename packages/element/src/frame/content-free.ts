import type { PlayerState } from '@secure-call/player';

/** What of a state the host page may know. A member that is not named here stays in the frame. */
const stateMembers =
  'status cause code reference at missing positionSeconds durationSeconds playbackRate volume muted loop loopRange skipSilence clearerSpeech seeking'.split(
    ' ',
  );
const channelMembers = 'role gain pan muted'.split(' ');
const accessMembers = 'listenerName unitName purpose expiresAt reference'.split(' ');

/** A state as it leaves the frame: times, settings, codes, and under whose name; nothing of what is said. */
export function contentFree(state: PlayerState): PlayerState {
  const free: Record<string, unknown> = picked(state, stateMembers);
  if ('channels' in state) free['channels'] = state.channels.map(channel => picked(channel, channelMembers));
  if ('access' in state) free['access'] = picked(state.access, accessMembers);
  return free as unknown as PlayerState;
}

function picked(from: object, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));
}
