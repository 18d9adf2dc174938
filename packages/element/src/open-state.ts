import type { OpenCall, PlayerState } from '@secure-call/player';

export type OpenState = Extract<PlayerState, OpenCall>;

/**
 * Whether a session is open. Told here too, because importing the player's own guard would load the player with
 * the start card.
 */
export function isOpen(state: PlayerState): state is OpenState {
  return 'durationSeconds' in state;
}

/** Whether sound is meant to be heard, even while it waits. */
export function isPlaying(state: PlayerState): boolean {
  return state.status === 'playing' || state.status === 'waiting' || state.status === 'audit-blocked';
}
