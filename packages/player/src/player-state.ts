import type { SecureCallErrorCode } from '@secure-call/protocol';

/** How one channel of the recording is heard. */
export interface ChannelState {
  /** Who speaks on it, e.g. "caller" or "nurse". */
  readonly role: string;
  /** Linear, 0 to 4. */
  readonly gain: number;
  /** -1 = left, 0 = both, 1 = right. */
  readonly pan: number;
  readonly muted: boolean;
}

/** Under whose name and until when the call is open. */
export interface AccessState {
  readonly listenerName: string;
  readonly unitName: string;
  /** HL7 v3-ActReason code. */
  readonly purpose: string;
  /** Milliseconds since the epoch, by the browser's clock. */
  readonly expiresAt: number;
  /** Last characters of the session's number: enough to find the record by, useless for anything else. */
  readonly reference: string;
}

/** `withheld` where this listener may not read it. */
export type TranscriptState = 'none' | 'sealed' | 'open' | 'withheld';

/** What is known while a session is open. */
export interface OpenCall {
  /** Seconds from the recording's first sample. */
  readonly positionSeconds: number;
  readonly durationSeconds: number;
  readonly playbackRate: number;
  /** Linear, 0 to 1. */
  readonly volume: number;
  readonly muted: boolean;
  readonly loop: boolean;
  /** Seconds that are played over and over. */
  readonly loopRange?: readonly [from: number, to: number] | null;
  readonly skipSilence?: boolean;
  readonly clearerSpeech?: boolean;
  /** Whether the recording has a transcript: `sealed` until someone reads it. */
  readonly transcript?: TranscriptState;
  readonly seeking: boolean;
  readonly channels: readonly ChannelState[];
  readonly access: AccessState;
}

/** Why sound waits although access lives on. */
export type WaitingCause = 'buffering' | 'offline';

/**
 * What the player is doing: one member per status, snapshots never change. It follows what the media and the
 * service say, not what was asked for.
 */
export type PlayerState =
  | { readonly status: 'idle' }
  | { readonly status: 'reason-required' }
  | { readonly status: 'opening' }
  | (OpenCall & { readonly status: 'ready' | 'playing' | 'paused' | 'ended' })
  | (OpenCall & { readonly status: 'waiting'; readonly cause: WaitingCause })
  /** The record cannot be written: silence until it can. */
  | (OpenCall & { readonly status: 'audit-blocked' })
  | { readonly status: 'locked'; readonly positionSeconds: number; readonly access: AccessState }
  | { readonly status: 'denied'; readonly code: SecureCallErrorCode; readonly reference?: string }
  | { readonly status: 'expired'; readonly positionSeconds: number; readonly access: AccessState }
  | {
      readonly status: 'revoked';
      readonly positionSeconds: number;
      readonly access: AccessState;
      readonly at: number;
    }
  | { readonly status: 'unsupported'; readonly missing: string }
  | { readonly status: 'failed'; readonly code: SecureCallErrorCode; readonly positionSeconds?: number };

export type PlayerStatus = PlayerState['status'];

/** Whether a session is open, so that position, duration and channels are known. */
export function isOpen(state: PlayerState): state is Extract<PlayerState, OpenCall> {
  return 'durationSeconds' in state;
}
