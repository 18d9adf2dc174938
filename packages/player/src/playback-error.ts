import { asSecureCallError, type SecureCallError } from '@secure-call/protocol';

/** What the player reports when something failed that has no code of its own. */
export const playbackError = (error: unknown): SecureCallError =>
  asSecureCallError(error, 'playback_failed', 'The recording could not be played.');
