import { type AccessEvent, SecureCallError, type SecureCallErrorCode } from '@secure-call/protocol';
import type { AnySource, CallPlayerOptions, ListeningReason, Peaks } from './call-player.ts';
import { readPeaks } from './peaks.ts';
import { readTranscript, type Transcript } from './transcript.ts';
import { Playback } from './playback.ts';
import type { AccessState, PlayerState } from './player-state.ts';
import { SessionVault } from './session-vault.ts';
import type { OpenedSession, SessionEnd } from './vault/vault-messages.ts';

export interface ListeningSessionListener {
  changed(): void;
  /** @returns a promise where the host keeps the record */
  access(event: AccessEvent): void | Promise<void>;
  ended(why: SessionEnd, code: SecureCallErrorCode): void;
  failed(error: SecureCallError): void;
}

const importEngine = () => import('./hls-engine.ts');

/** One open call in the page, from grant to last event: its vault and its sound. */
export class ListeningSession {
  readonly #listener: ListeningSessionListener;
  readonly #workletUrl: string | URL | undefined;
  readonly #vault: SessionVault;
  /** Takes the listener's commands. */
  readonly playback: Playback;
  readonly #abort = new AbortController();
  #opened: OpenedSession | undefined;
  #access: AccessState | undefined;
  /** Settled when the sound has its way out. */
  #ledOut: Promise<void> | undefined;
  #locked = false;
  /** How often it was locked, so that an unlocking under way sees a later lock. */
  #lockings = 0;

  constructor(
    options: CallPlayerOptions<AnySource>,
    listener: ListeningSessionListener,
    startSeconds: number,
  ) {
    const { signal } = this.#abort;
    this.#listener = listener;
    this.#workletUrl = options.workletUrl;
    this.#vault = new SessionVault(
      options,
      {
        access: event => listener.access(event),
        answered: useForSeconds => this.playback.answered(useForSeconds),
        unanswered: () => this.playback.unanswered(),
        reportWanted: () => this.playback.flush(),
        ended: (why, code) => listener.ended(why, code),
      },
      signal,
    );
    this.playback = new Playback(
      {
        segment: index => this.#vault.segment(index),
        report: event => this.#vault.report(event),
        progress: progress => this.#vault.progress(progress),
        renew: () => this.#vault.renew(),
        changed: () => listener.changed(),
        failed: error => listener.failed(error),
      },
      startSeconds,
      signal,
    );
    document.addEventListener('visibilitychange', () => this.#visibilityChanged(), { signal });
  }

  /** Waits for the listener, who has not said why yet: everything is there, and nothing runs. */
  prepare(): void {
    this.playback.rest();
    this.#loadEngine().catch(() => undefined);
  }

  /**
   * From reason to first segment, or locked where it was locked meanwhile. Call it inside a click, so that sound may start.
   * @throws {SecureCallError}
   */
  async open(reason: ListeningReason | undefined): Promise<void> {
    this.playback.wake();
    this.#loadEngine().catch(() => undefined);
    const opened = await this.#vault.open(reason);
    this.#take(opened);
    this.#ledOut = this.#leadOut(opened);
    this.#ledOut.catch(() => undefined);
    if (this.#locked) return this.#vault.lock();
    await this.#start(opened);
    const position = this.position;
    if (!this.#isLocked() && !opened.readyReported) this.#vault.report({ type: 'player.ready', position });
  }

  /** The engine is loaded and the media element opened while the listener or the service is asked. */
  async #loadEngine(): Promise<void> {
    const { HlsEngine, isEngineSupported } = await importEngine();
    const awaited = !this.#opened && !this.#abort.signal.aborted;
    if (awaited && isEngineSupported()) this.playback.prepare(HlsEngine);
  }

  #take(opened: OpenedSession): void {
    this.#opened = opened;
    this.#access = {
      listenerName: opened.listenerName,
      unitName: opened.unitName,
      purpose: opened.purpose,
      expiresAt: Date.now() + opened.remainingMs,
      reference: opened.reference,
    };
    this.playback.opened(opened);
  }

  /** Fail closed: where a mark is required, sound has no other way out. */
  async #leadOut({ watermarkRequired }: OpenedSession): Promise<void> {
    if (!watermarkRequired) return this.playback.leadOut();
    const pattern = this.#vault.watermark();
    try {
      await this.playback.leadOutMarked(this.#workletUrl, pattern, () => void this.#markLost());
    } catch (error) {
      await this.#reportLostMark();
      throw error;
    }
  }

  async #markLost(): Promise<void> {
    this.playback.hold();
    await this.#reportLostMark();
    this.#listener.failed(
      new SecureCallError('watermark_degraded', 'This call is only played with a mark, and the mark failed.'),
    );
  }

  /** It is signed before the session ends, so that it is sent with the last message. */
  async #reportLostMark(): Promise<void> {
    const event = { type: 'watermark.degraded', position: this.position } as const;
    await this.#vault.reported(event).catch(() => undefined);
  }

  /** Resolves when sound can start, or when it is locked before that. @throws {SecureCallError} */
  async #start(opened: OpenedSession, permitted?: Promise<void>): Promise<void> {
    const lockings = this.#lockings;
    const isLocked = (): boolean => lockings !== this.#lockings;
    try {
      const [{ HlsEngine, isEngineSupported }] = await Promise.all([importEngine(), permitted]);
      if (isLocked()) return;
      if (!isEngineSupported())
        throw new SecureCallError('unsupported', 'This browser cannot play protected calls.');
      if (this.#abort.signal.aborted) throw new SecureCallError('destroyed', 'The call was closed.');
      await Promise.all([this.playback.start(HlsEngine, opened), this.#ledOut]);
    } catch (error) {
      if (!isLocked()) throw error;
    }
  }

  async peaks(): Promise<Peaks | undefined> {
    const bytes = await this.#vault.peaks();
    this.playback.peaks = bytes && readPeaks(new Uint8Array(bytes), this.#opened?.roles.length ?? 1);
    return this.playback.peaks;
  }

  get hasTranscript(): boolean {
    return this.#opened?.hasTranscript === true;
  }

  /** @throws {SecureCallError} */
  async transcript(): Promise<Transcript | undefined> {
    const bytes = await this.#vault.transcript();
    return bytes && readTranscript(new TextDecoder().decode(bytes));
  }

  reportTranscript(how: 'viewed' | 'searched'): void {
    this.#vault.report({ type: `transcript.${how}`, position: this.position });
  }

  /** Wipes keys and buffers; the session and the position stay. What is still opening is locked when it is open. */
  lock(): void {
    this.#lockings += 1;
    if (this.#locked) return;
    this.#locked = true;
    this.playback.peaks = undefined;
    this.playback.hold();
    this.playback.empty();
    if (this.#opened) this.#vault.lock();
  }

  /** @throws {SecureCallError} when the service gives no keys any more */
  async unlock(): Promise<void> {
    if (!this.#opened || !this.#locked) return;
    this.#locked = false;
    this.playback.release();
    await this.#start(this.#opened, this.#vault.unlock(this.position));
  }

  #isLocked(): boolean {
    return this.#locked;
  }

  /** Asks the service now. @throws {SecureCallError} when it still does not answer */
  retry(): Promise<void> {
    return this.#vault.renew();
  }

  /** Silence and no key, at once; nothing is told to the service. */
  wipe(): void {
    this.playback.hold();
    this.#abort.abort();
    this.playback.close();
    this.#vault.terminate();
  }

  /** The page is being left, the session has ended, or playing failed: what is signed is sent, then everything is wiped. */
  leave(): void {
    this.playback.hold();
    this.#vault.leave();
    this.wipe();
  }

  /** Reports the end to the service, then wipes. */
  async close(): Promise<void> {
    this.playback.hold();
    this.#abort.abort();
    await this.#vault.close(this.position);
    this.wipe();
  }

  /** Seconds from the recording's first sample. */
  get position(): number {
    return this.playback.positionSeconds;
  }

  get access(): AccessState | undefined {
    return this.#access;
  }

  /** The state as media and service tell it; undefined before the call is open. */
  snapshot(): PlayerState | undefined {
    if (!this.#access) return undefined;
    if (this.#locked) return { status: 'locked', positionSeconds: this.position, access: this.#access };
    return this.playback.state(this.#access);
  }

  #visibilityChanged(): void {
    const visible = document.visibilityState === 'visible';
    // A hidden page may be ended without another word.
    if (!visible) this.playback.flush();
    this.#vault.report({ type: 'visibility.changed', visible, position: this.position });
  }
}
