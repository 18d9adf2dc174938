import type { PlayerState } from '@secure-call/player';

/** What is shown: the state itself, or a card that lies over it while someone answers. */
export type Face = 'state' | 'start' | 'reason' | 'emergency';

/** Same name, same screen: it is updated, not built anew. */
export function screenName(state: PlayerState, face: Face): string {
  if (face !== 'state') return face;
  switch (state.status) {
    case 'idle':
      return 'start';
    case 'ready':
    case 'playing':
    case 'paused':
    case 'ended':
      return 'call';
    case 'waiting':
      return state.cause === 'offline' ? 'offline' : 'call';
    case 'denied':
    case 'failed':
      return `${state.status} ${state.code}`;
    default:
      return state.status;
  }
}
