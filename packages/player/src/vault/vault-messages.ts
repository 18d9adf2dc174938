import type { AccessEvent, AccessEventInput, SecureCallErrorCode } from '@secure-call/protocol';

/** What the page may know of an open session. Nothing here opens anything. */
export interface OpenedSession {
  /** RFC 6381 codec string. */
  readonly codec: string;
  readonly sampleRateHz: number;
  readonly roles: readonly string[];
  readonly durationSeconds: number;
  readonly primingSeconds: number;
  readonly segmentCount: number;
  /** Media seconds of every segment but the last. */
  readonly segmentSeconds: number;
  /** Media seconds of the last segment, at most. */
  readonly lastSegmentSeconds: number;
  readonly maxRate: number;
  /** Seconds of the recording that may be unlocked ahead of what is played. */
  readonly aheadSeconds: number;
  /** Milliseconds until the session ends, counted by the service's clock. */
  readonly remainingMs: number;
  readonly listenerName: string;
  readonly unitName: string;
  readonly purpose: string;
  /** Seconds of the recording that may be heard; everything where absent. */
  readonly ranges?: readonly (readonly [from: number, to: number])[];
  readonly reference: string;
  readonly watermarkRequired: boolean;
  readonly useForSeconds: number;
  /** Where events go when the page is left. */
  readonly eventsUrl: string;
}

/** Where playback is; drives which seconds are leased next. */
export interface Progress {
  readonly positionSeconds: number;
  readonly playing: boolean;
}

/** Commands of the page to the vault: arguments and answers. */
export interface VaultCommands {
  /** RFC 7638 thumbprint of the device key. */
  readonly deviceKey: { readonly args: undefined; readonly result: string };
  readonly open: {
    readonly args: {
      readonly service: string;
      readonly call: string;
      readonly grant: string;
      readonly pageFetches: boolean;
    };
    readonly result: OpenedSession;
  };
  /** Plaintext of an audio segment; 0 = init. Waits until it is leased. */
  readonly segment: { readonly args: number; readonly result: ArrayBuffer };
  /** Decrypted peaks, whole. */
  readonly peaks: { readonly args: undefined; readonly result: ArrayBuffer | undefined };
  readonly progress: { readonly args: Progress; readonly result: void };
  readonly report: { readonly args: AccessEventInput; readonly result: void };
  /** Asks the service now; resolves when it has answered. */
  readonly renew: { readonly args: undefined; readonly result: void };
  readonly lock: { readonly args: undefined; readonly result: void };
  readonly unlock: { readonly args: Progress; readonly result: void };
  /** Wipes, then reports the end to the service. */
  readonly close: { readonly args: { readonly position: number }; readonly result: void };
}

export type VaultCommand = keyof VaultCommands;

/** Why a session is over. */
export type SessionEnd = 'revoked' | 'expired' | 'erased' | 'refused';

/** What the vault tells the page unasked. */
export type VaultNotice =
  | { readonly type: 'access'; readonly event: AccessEvent }
  /** Events the service has not acknowledged, as signed; for the page's last message when it is left. */
  | { readonly type: 'unacknowledged'; readonly events: readonly string[] }
  /** The service has answered: sound may play for so long. */
  | { readonly type: 'answered'; readonly useForSeconds: number }
  /** No answer within the allowed time: no sound until there is one. */
  | { readonly type: 'unanswered' }
  /** The service wants to know what was played before it releases more. */
  | { readonly type: 'report-wanted' }
  | {
      readonly type: 'ended';
      readonly why: SessionEnd;
      readonly code: SecureCallErrorCode;
      readonly message: string;
    };

export type PageToVault =
  | { readonly id: number; readonly command: VaultCommand; readonly args: unknown }
  | { readonly fetched: number; readonly bytes?: ArrayBuffer };

export type VaultToPage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly code: SecureCallErrorCode; readonly message: string } }
  | { readonly notice: VaultNotice }
  | { readonly fetch: number; readonly url: string; readonly start: number; readonly end: number };
