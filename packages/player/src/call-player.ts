import type { AccessEvent } from '@secure-call/protocol';
import type { PlayerState } from './player-state.ts';
import type { SimpleSource } from './simple-source.ts';
import type { Transcript } from './transcript.ts';

/** Why someone needs to listen. */
export interface ListeningReason {
  /** HL7 v3-ActReason: TREAT, HQUALIMP, PATRQT, HLEGAL, ETREAT, ... */
  readonly purpose: string;
  readonly text?: string;
  /** Emergency access without a care relation; the host decides who is told and who reviews it. */
  readonly breakGlass?: boolean;
}

/** What the host's backend needs to issue a grant. */
export interface AuthorizeRequest {
  readonly call: string;
  readonly reason: ListeningReason | undefined;
  /** RFC 7638 thumbprint of this player's device key, for the grant's `cnf.jkt`. */
  readonly deviceKeyThumbprint: string;
  readonly signal: AbortSignal;
}

export interface CallSource {
  /** Opaque id of the call. */
  readonly call: string;
  /** Base URL of the key service. */
  readonly service: string;
  /**
   * Asks the host's own backend for a grant. Never stored, never logged. Throw a `SecureCallError` with
   * `not_permitted` when the host itself says no.
   */
  readonly authorize: (request: AuthorizeRequest) => Promise<string>;
}

/** Where a call comes from: a key service, or the host's own storage and backend. */
export type AnySource = CallSource | SimpleSource;

/**
 * Fetches part of a storage object, e.g. through pre-signed URLs. `end` is exclusive; with a simple source it may be
 * `Infinity`: up to the object's end.
 */
export type FetchMedia = (request: {
  readonly url: string;
  readonly start: number;
  readonly end: number;
  readonly signal: AbortSignal;
}) => Promise<ArrayBuffer>;

/** Takes an access event; with a promise, once it is kept. */
export type OnAccessEvent = ((event: AccessEvent) => void) | ((event: AccessEvent) => Promise<void>);

export interface CallPlayerOptions<Source extends AnySource = CallSource> {
  readonly source: Source;
  /** Whether `open()` needs a reason. @default 'required' */
  readonly reason?: 'required' | 'optional' | 'none' | undefined;
  readonly fetchMedia?: FetchMedia;
  /**
   * A copy of every access event, as it happens. With a simple source and `audit: 'callback'` no key is asked for before
   * the promise it returns has resolved; an event whose promise rejects comes again, with the same `id`.
   */
  readonly onAccessEvent?: OnAccessEvent;
  /**
   * Where `vault.worker.js` (for a simple source `simple-vault.worker.js`) lies on the page's own origin, when the bundler
   * does not find it.
   */
  readonly workerUrl?: string | URL | undefined;
  /** The same for `watermark.worklet.js`, which is loaded for calls that must carry a mark. */
  readonly workletUrl?: string | URL | undefined;
}

/** Loudness over time for drawing; one byte per 50 ms and channel. */
export interface Peaks {
  readonly peaksPerSecond: number;
  /** 0 to 255 per channel. */
  readonly channels: readonly Uint8Array[];
}

export interface PlaybackSettings {
  readonly playbackRate?: number;
  /** Linear, 0 to 1. */
  readonly volume?: number;
  readonly muted?: boolean;
  readonly loop?: boolean;
  /** Plays these seconds over and over; null ends it. */
  readonly loopRange?: readonly [from: number, to: number] | null;
  /** Jumps over silences, by the peaks; what is jumped over counts as not heard. */
  readonly skipSilence?: boolean;
  /** Makes telephone speech easier to follow. */
  readonly clearerSpeech?: boolean;
  /** Device the sound goes to, by `MediaDeviceInfo.deviceId`; the system's own for ''. Ignored where browsers cannot. */
  readonly output?: string;
}

export interface ChannelSettings {
  readonly gain?: number;
  readonly pan?: number;
  readonly muted?: boolean;
}

/** The headless player: snapshots out, commands in. */
export interface CallPlayer {
  readonly state: PlayerState;
  /** Undefined until they have been opened. */
  readonly peaks: Peaks | undefined;
  /** Undefined until it was read, and again when the call is locked or over. */
  readonly transcript: Transcript | undefined;
  /**
   * Asks for the transcript's keys, unless it is there already, and puts on record that it was viewed or searched.
   * The state tells when it is there.
   */
  readTranscript(how: 'viewed' | 'searched'): Promise<void>;
  /** @returns a function that ends the subscription */
  subscribe(listener: () => void): () => void;
  /**
   * Opens the call: grant, session, first keys. Call it inside a click, so that sound may start.
   * Without a reason where one is required the status becomes `reason-required`, and what `prepare()` does is done.
   * @throws {SecureCallError} the state tells the same
   */
  open(reason?: ListeningReason): Promise<void>;
  /**
   * For a page that asks for the reason itself: starts the Worker and loads the engine while the listener answers, so that
   * `open()` finds them ready. Nothing is asked of host, key service or storage, and no state changes.
   * @returns a function that ends what was made ready and not used; so do `destroy()` and leaving the page
   */
  prepare(): () => void;
  play(): Promise<void>;
  pause(): void;
  /** @param seconds - from the recording's first sample; kept inside the recording */
  seek(seconds: number): void;
  set(settings: PlaybackSettings): void;
  setChannel(channel: number, settings: ChannelSettings): void;
  /**
   * Wipes keys and buffers and keeps the session; `unlock()` leases anew. A call that is still opening is locked as soon
   * as it is open; `open()` resolves then.
   */
  lock(): void;
  unlock(): Promise<void>;
  /** Asks the service again at once where sound waits for it. */
  retry(): Promise<void>;
  /** Ends the session and wipes everything. */
  destroy(): Promise<void>;
}
