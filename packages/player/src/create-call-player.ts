import { SecureCallError, type SecureCallErrorCode } from '@secure-call/protocol';
import type {
  AnySource,
  CallPlayer,
  CallPlayerOptions,
  ChannelSettings,
  ListeningReason,
  Peaks,
  PlaybackSettings,
} from './call-player.ts';
import { missingFeature } from './environment.ts';
import { deliverLeftEvents } from './left-events.ts';
import { ListeningSession } from './listening-session.ts';
import { playbackError } from './playback-error.ts';
import { isOpen, type PlayerState, type TranscriptState } from './player-state.ts';
import { PreparedSession } from './prepared-session.ts';
import { assertSetup } from './setup.ts';
import { isSimpleSource } from './simple-source.ts';
import type { Transcript } from './transcript.ts';
import type { SessionEnd } from './vault/vault-messages.ts';

/** Codes with which a call cannot be opened by this person; everything else is a failure. */
const DENIALS: ReadonlySet<SecureCallErrorCode> = new Set<SecureCallErrorCode>([
  'grant_used',
  'grant_expired',
  'grant_invalid',
  'proof_invalid',
  'not_permitted',
  'call_unknown',
  'call_erased',
]);

/**
 * Creates a headless player for one call. Nothing is checked or loaded before `open()` or `prepare()`, and nothing asked
 * before a call is opened; a wrong set-up is then the status `failed` with `setup_invalid`. Only access events that an
 * earlier page could not deliver go to the source's key service at once.
 */
export function createCallPlayer(options: CallPlayerOptions<AnySource>): CallPlayer {
  return new Player(options);
}

class Player implements CallPlayer {
  readonly #options: CallPlayerOptions<AnySource>;
  readonly #listeners = new Set<() => void>();
  readonly #abort = new AbortController();
  #state: PlayerState = { status: 'idle' };
  readonly #prepared = new PreparedSession(() => this.#createSession());
  #session: ListeningSession | undefined;
  #peaks: Peaks | undefined;
  #transcript: Transcript | undefined;
  /** The listener asked for it and does not get it. */
  #isTranscriptWithheld = false;
  /** Where a new session goes on after the last one ended. */
  #keptPosition = 0;

  constructor(options: CallPlayerOptions<AnySource>) {
    this.#options = options;
    this.#deliverLeft();
  }

  get state(): PlayerState {
    return this.#state;
  }

  get peaks(): Peaks | undefined {
    return this.#peaks;
  }

  get transcript(): Transcript | undefined {
    return this.#transcript;
  }

  async readTranscript(how: 'viewed' | 'searched'): Promise<void> {
    const session = this.#session;
    if (!session?.hasTranscript || this.#isLocked()) return;
    const isThere = this.#transcript !== undefined;
    const transcript = this.#transcript ?? (await session.transcript().catch(() => undefined));
    if (session !== this.#session || this.#isLocked()) return;
    this.#transcript = transcript;
    this.#isTranscriptWithheld = transcript === undefined;
    if (transcript) session.reportTranscript(how);
    if (!isThere) this.#changed(session);
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async open(reason?: ListeningReason): Promise<void> {
    if (this.#abort.signal.aborted) throw closed();
    if (this.#session) return;
    this.#checkSetup();
    const missing = missingFeature();
    if (missing !== undefined) throw this.#lacks(missing);
    if (reason || (this.#options.reason ?? 'required') !== 'required') return this.#openSession(reason);
    this.#prepared.make();
    this.#publish({ status: 'reason-required' });
  }

  prepare(): () => void {
    if (!this.#abort.signal.aborted && !this.#session && missingFeature() === undefined)
      this.#prepared.make();
    return this.#prepared.drop;
  }

  #checkSetup(): void {
    try {
      assertSetup(this.#options);
    } catch (error) {
      const { code } = playbackError(error);
      this.#publish({ status: 'failed', code });
      throw error;
    }
  }

  async #openSession(reason: ListeningReason | undefined): Promise<void> {
    const session = this.#prepared.take();
    this.#session = session;
    this.#publish({ status: 'opening' });
    addEventListener('pagehide', this.#leave);
    try {
      await session.open(reason);
    } catch (error) {
      throw this.#failed(session, playbackError(error));
    }
    this.#tell(session);
    void this.#loadPeaks(session);
  }

  /** @throws {SecureCallError} `setup_invalid` */
  #createSession(): ListeningSession {
    assertSetup(this.#options);
    const session: ListeningSession = new ListeningSession(
      this.#options,
      {
        changed: () => this.#changed(session),
        access: event => this.#options.onAccessEvent?.(event),
        ended: (why, code) => this.#ended(session, why, code),
        failed: error => this.#failed(session, error),
      },
      this.#keptPosition,
    );
    return session;
  }

  async #loadPeaks(session: ListeningSession): Promise<void> {
    if (this.#isLocked()) return;
    const peaks = await session.peaks().catch(() => undefined);
    if (session !== this.#session || this.#isLocked()) return;
    this.#peaks = peaks;
    this.#changed(session);
  }

  #isLocked(): boolean {
    return this.#state.status === 'locked';
  }

  async play(): Promise<void> {
    if (this.#session) await this.#session.playback.play();
    else await this.open();
  }

  pause(): void {
    this.#session?.playback.pause();
  }

  seek(seconds: number): void {
    this.#session?.playback.seek(seconds);
  }

  set(settings: PlaybackSettings): void {
    this.#session?.playback.set(settings);
  }

  setChannel(channel: number, settings: ChannelSettings): void {
    this.#session?.playback.setChannel(channel, settings);
  }

  lock(): void {
    const session = this.#session;
    if (!session) return;
    session.lock();
    this.#peaks = undefined;
    this.#transcript = undefined;
    this.#changed(session);
  }

  async unlock(): Promise<void> {
    const session = this.#session;
    if (!session || this.#state.status !== 'locked') return;
    try {
      await session.unlock();
    } catch (error) {
      throw this.#failed(session, playbackError(error));
    }
    this.#changed(session);
    void this.#loadPeaks(session);
  }

  async retry(): Promise<void> {
    await this.#session?.retry();
  }

  async destroy(): Promise<void> {
    this.#abort.abort();
    this.#prepared.drop();
    const session = this.#detach();
    this.#publish({ status: 'idle' });
    await session?.close();
    if (session) this.#deliverLeft();
    this.#listeners.clear();
  }

  /** What a session of this page or an earlier one has left undelivered. */
  #deliverLeft(): void {
    const { source } = this.#options;
    if (!isSimpleSource(source)) deliverLeftEvents(source.service);
  }

  /** Back-forward caches keep a page's memory alive: nothing may be left in it. */
  readonly #leave = (): void => {
    const session = this.#detach();
    session?.leave();
    this.#publish({ status: 'idle' });
  };

  #detach(): ListeningSession | undefined {
    const session = this.#session;
    this.#session = undefined;
    this.#peaks = undefined;
    this.#transcript = undefined;
    this.#isTranscriptWithheld = false;
    removeEventListener('pagehide', this.#leave);
    return session;
  }

  /** While the call is opening, what changes is told when it is open. */
  #changed(session: ListeningSession): void {
    if (this.#state.status !== 'opening') this.#tell(session);
  }

  #tell(session: ListeningSession): void {
    const state = session === this.#session ? session.snapshot() : undefined;
    if (!state) return;
    this.#publish(isOpen(state) ? { ...state, transcript: this.#transcriptState(session) } : state);
  }

  #transcriptState({ hasTranscript }: ListeningSession): TranscriptState {
    if (!hasTranscript) return 'none';
    if (this.#transcript) return 'open';
    return this.#isTranscriptWithheld ? 'withheld' : 'sealed';
  }

  #ended(session: ListeningSession, why: SessionEnd, code: SecureCallErrorCode): void {
    if (session !== this.#session) return;
    const { access, position: positionSeconds } = session;
    if (!access || why === 'refused') {
      this.#failed(session, new SecureCallError(code, 'The key service gives no more keys.'));
      return;
    }
    this.#keptPosition = positionSeconds;
    this.#endNow();
    if (why === 'erased') this.#publish({ status: 'denied', code });
    else if (why === 'revoked') this.#publish({ status: 'revoked', positionSeconds, access, at: Date.now() });
    else this.#publish({ status: 'expired', positionSeconds, access });
  }

  #failed(session: ListeningSession, error: SecureCallError): SecureCallError {
    // Whatever fails in a player that was closed fails for that.
    if (session !== this.#session) return this.#abort.signal.aborted ? closed() : error;
    const { position: positionSeconds } = session;
    this.#keptPosition = positionSeconds;
    this.#endNow();
    if (error.code === 'unsupported') this.#unsupported(error.message);
    else if (DENIALS.has(error.code)) this.#publish({ status: 'denied', code: error.code });
    else this.#publish({ status: 'failed', code: error.code, positionSeconds });
    return error;
  }

  /** What is signed must arrive, above all that storage delivered something else. */
  #endNow(): void {
    this.#detach()?.leave();
    this.#deliverLeft();
  }

  #lacks(missing: string): SecureCallError {
    this.#unsupported(missing);
    return new SecureCallError('unsupported', `This browser lacks ${missing}.`);
  }

  #unsupported(missing: string): void {
    this.#publish({ status: 'unsupported', missing });
  }

  #publish(state: PlayerState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

const closed = (): SecureCallError => new SecureCallError('destroyed', 'This player was closed.');
