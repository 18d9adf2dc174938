import type { PlayerState } from '@secure-call/player';

/** What a person is told in each state. */
export const statusWords: Readonly<Record<PlayerState['status'], string>> = {
  idle: 'Say why you listen. It is recorded with your name.',
  'reason-required': 'Say why you listen. It is recorded with your name.',
  opening: 'Opening the call…',
  ready: 'The call is open.',
  playing: 'Playing. What you hear is recorded.',
  paused: 'Paused.',
  waiting: 'Waiting for the sound…',
  ended: 'The call has ended.',
  locked: 'Locked.',
  denied: 'You may not open this call.',
  expired: 'Your time to listen is over.',
  revoked: 'Your permission to listen was withdrawn.',
  'audit-blocked': 'The access record does not answer. The sound goes on when it does.',
  unsupported: 'This browser cannot play protected calls.',
  failed: 'The call cannot be played.',
};
