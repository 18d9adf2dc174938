import type {
  AccessEvent,
  AccessEventInput,
  KeySetAlgorithm,
  PublicJwk,
  SecureCallErrorCode,
} from '@secure-call/protocol';

/** What the page may know of an open session. Nothing here opens anything. */
export interface OpenedSession {
  readonly roles: readonly string[];
  /** Whether the recording has a transcript; the listener may still not be allowed to read it. */
  readonly hasTranscript: boolean;
  readonly durationSeconds: number;
  readonly primingSeconds: number;
  /** What the engine plays: segments and initialization sections by number, without a key in sight. */
  readonly playlist: string;
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
  /** Whether sound must carry the real-time mark. */
  readonly watermarkRequired: boolean;
  readonly useForSeconds: number;
  /** Where events go when the page is left; undefined where the host's callback has them all. */
  readonly eventsUrl: string | undefined;
  /** Whether the vault has reported that the player is ready, before it asked for any key. */
  readonly readyReported: boolean;
}

/** Where playback is; drives which seconds are leased next. */
export interface Progress {
  readonly positionSeconds: number;
  readonly playing: boolean;
}

/** What the vault needs of a simple source; its callbacks stay in the page. */
export interface SimpleOpening {
  readonly media: string;
  readonly packagerKeys: readonly PublicJwk[];
  readonly allowOrigins: readonly string[];
  readonly channels: readonly string[];
  /** Whether keys wait for the host's record. */
  readonly audited: boolean;
  readonly keyAgreement: KeySetAlgorithm;
  readonly listener: { readonly name: string; readonly unit: string };
  readonly purpose: string;
  readonly pageFetches: boolean;
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
  /** Opens a recording without a key service. */
  readonly openSimple: { readonly args: SimpleOpening; readonly result: OpenedSession };
  /** The host's record has taken every event up to this number. */
  readonly recorded: { readonly args: number; readonly result: void };
  /** The host's record did not take an event. */
  readonly notRecorded: { readonly args: undefined; readonly result: void };
  /** Plaintext of a segment or an initialization section, by the playlist's numbers. Waits until it is unlocked. */
  readonly segment: { readonly args: number; readonly result: ArrayBuffer };
  /** Decrypted peaks, whole. */
  readonly peaks: { readonly args: undefined; readonly result: ArrayBuffer | undefined };
  /** The transcript's WebVTT, whole. */
  readonly transcript: { readonly args: undefined; readonly result: ArrayBuffer | undefined };
  /** What this session puts into the sound, tile by tile: the tenant's key stays in the vault. */
  readonly watermark: { readonly args: undefined; readonly result: ArrayBuffer };
  readonly progress: { readonly args: Progress; readonly result: void };
  readonly report: { readonly args: AccessEventInput; readonly result: void };
  /** The page holds every event up to this number for its last message. */
  readonly held: { readonly args: number; readonly result: void };
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
  /**
   * For the page's last message when it is left: events the service has not acknowledged, as signed, and the closing behind
   * them. The page answers `held` with `upTo`, the number of the last that is no closing.
   */
  | { readonly type: 'standing'; readonly events: readonly string[]; readonly upTo: number }
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
  | { readonly fetched: number; readonly bytes?: ArrayBuffer }
  | { readonly keysGiven: number; readonly jwe: string }
  | { readonly keysGiven: number; readonly error: VaultError };

export type VaultToPage =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: VaultError }
  | { readonly notice: VaultNotice }
  | { readonly fetch: number; readonly url: string; readonly start: number; readonly end: number }
  /** The host is to give keys. */
  | ({ readonly keysFor: number } & KeysQuestion);

/** An error on its way across the border. */
export interface VaultError {
  readonly code: SecureCallErrorCode;
  readonly message: string;
}

/** What the host is asked for. */
export interface KeysQuestion {
  readonly keyIds: readonly string[];
  readonly publicJwk: PublicJwk;
  readonly jkt: string;
}
