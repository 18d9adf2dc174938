import {
  type AccessEvent,
  type AccessEventInput,
  SecureCallError,
  type SecureCallErrorCode,
} from '@secure-call/protocol';
import { AudioGraph } from './audio-graph.ts';
import type {
  AnySource,
  CallPlayerOptions,
  ChannelSettings,
  ListeningReason,
  Peaks,
  PlaybackSettings,
} from './call-player.ts';
import { ChannelMix } from './channel-mix.ts';
import { EventDelivery } from './event-delivery.ts';
import type { HlsEngine } from './hls-engine.ts';
import { openCall } from './open-call.ts';
import { MediaSeek } from './media-seek.ts';
import { playbackError } from './playback-error.ts';
import { sendOnLeave } from './leave-beacon.ts';
import { readPeaks } from './peaks.ts';
import { PermittedRanges } from './permitted-ranges.ts';
import { PlaybackReporter } from './playback-reporter.ts';
import type { AccessState, OpenCall, PlayerState } from './player-state.ts';
import { isSimpleSource } from './simple-source.ts';
import { VaultClient } from './vault-client.ts';
import type { OpenedSession, SessionEnd, VaultNotice } from './vault/vault-messages.ts';

/** Below this much permission left, the service is asked before sound starts again. */
const MIN_ALLOWED_SECONDS = 10;
const CLOSE_TIMEOUT_MS = 1000;

export interface ListeningSessionListener {
  changed(): void;
  /** @returns a promise where the host keeps the record */
  access(event: AccessEvent): void | Promise<void>;
  ended(why: SessionEnd, code: SecureCallErrorCode): void;
  failed(error: SecureCallError): void;
}

/** One open call in the page: vault, engine, media element and audio graph, from grant to last event. */
export class ListeningSession {
  readonly #options: CallPlayerOptions<AnySource>;
  readonly #listener: ListeningSessionListener;
  readonly #vault: VaultClient;
  readonly #graph = new AudioGraph();
  readonly #media = document.createElement('audio');
  readonly #seek = new MediaSeek(this.#media);
  readonly #reporter = new PlaybackReporter(
    event => this.#report(event),
    () => ({ position: this.position, rate: this.#media.playbackRate }),
  );
  readonly #abort = new AbortController();
  readonly #delivery: EventDelivery;
  #engine: HlsEngine | undefined;
  #opened: OpenedSession | undefined;
  #access: AccessState | undefined;
  #mix: ChannelMix | undefined;
  #permitted: PermittedRanges | undefined;
  #unacknowledged: readonly string[] = [];
  #useForSeconds = 0;
  #stalled = false;
  #blocked = false;
  #resumeWhenAnswered = false;
  #locked = false;
  /** How often it was locked, so that an unlocking under way sees a later lock. */
  #lockings = 0;
  #loop = false;
  #cancelStart: () => void = () => undefined;
  /** Kept here because the media element forgets it when its buffers are wiped. */
  #position: number;

  /** Call it inside a click, so that sound may start. */
  constructor(
    options: CallPlayerOptions<AnySource>,
    listener: ListeningSessionListener,
    startSeconds: number,
  ) {
    this.#options = options;
    this.#listener = listener;
    this.#position = startSeconds;
    this.#vault = new VaultClient({
      workerUrl: options.workerUrl,
      fetchMedia: options.fetchMedia,
      keys: isSimpleSource(options.source) ? options.source.keys : undefined,
      onNotice: notice => this.#heard(notice),
    });
    this.#delivery = new EventDelivery({
      awaited: isSimpleSource(options.source) && options.source.audit === 'callback',
      deliver: event => listener.access(event),
      recorded: eventSeq => this.#tellVault('recorded', eventSeq),
      notRecorded: () => this.#tellVault('notRecorded', undefined),
      signal: this.#abort.signal,
    });
    this.#listenToMedia();
    document.addEventListener('visibilitychange', () => this.#visibilityChanged(), {
      signal: this.#abort.signal,
    });
  }

  /** From reason to first segment. @throws {SecureCallError} */
  async open(reason: ListeningReason | undefined): Promise<void> {
    const engine = import('./hls-engine.ts');
    engine.catch(() => undefined);
    const opened = await openCall(this.#vault, this.#options, reason, this.#abort.signal);
    // Fail closed: a call that must be marked is not played by a player that cannot mark it.
    if (opened.watermarkRequired) {
      throw new SecureCallError(
        'watermark_degraded',
        'This call is only played with an audible mark, which is not available.',
      );
    }
    this.#take(opened);
    const { HlsEngine, isEngineSupported } = await engine;
    if (!isEngineSupported())
      throw new SecureCallError('unsupported', 'This browser cannot play protected calls.');
    await this.#start(HlsEngine, opened);
    if (!opened.readyReported) this.#report({ type: 'player.ready', position: this.position });
  }

  #tellVault(...[command, args]: ['recorded', number] | ['notRecorded', undefined]): void {
    void this.#vault.call(command, args).catch(() => undefined);
  }

  #take(opened: OpenedSession): void {
    this.#opened = opened;
    this.#permitted = new PermittedRanges(opened.ranges, opened.durationSeconds);
    this.#position = this.#permitted.nearest(this.#position);
    this.#access = {
      listenerName: opened.listenerName,
      unitName: opened.unitName,
      purpose: opened.purpose,
      expiresAt: Date.now() + opened.remainingMs,
      reference: opened.reference,
    };
    this.#graph.connect(this.#media, opened.roles.length);
    this.#mix = new ChannelMix(this.#graph, opened.roles);
  }

  #start(Engine: typeof HlsEngine, opened: OpenedSession): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#cancelStart = () => reject(new SecureCallError('destroyed', 'The call was closed.'));
      if (this.#abort.signal.aborted) return this.#cancelStart();
      this.#media.addEventListener('canplay', () => resolve(), { once: true, signal: this.#abort.signal });
      this.#engine = new Engine({
        media: this.#media,
        session: opened,
        startSeconds: this.#position + opened.primingSeconds,
        segment: index => this.#vault.call('segment', index),
        onFatal: error => {
          reject(error);
          this.#listener.failed(error);
        },
      });
      this.#progress();
    });
  }

  async play(): Promise<void> {
    this.#graph.resume();
    if (this.#atEnd) this.seek(0);
    this.#resumeWhenAnswered = true;
    if (this.#blocked) return;
    if (this.#graph.allowedSeconds < MIN_ALLOWED_SECONDS) await this.#renewOrBlock();
    await this.#playMedia();
  }

  async #playMedia(): Promise<void> {
    if (!this.#resumeWhenAnswered || this.#blocked || this.#locked) return;
    try {
      await this.#media.play();
    } catch (cause) {
      // A pause() or a new source while starting ends the promise this way; that is no failure.
      if (cause instanceof DOMException && cause.name === 'AbortError') return;
      throw new SecureCallError(
        'playback_failed',
        'The browser did not let the sound start; press play again.',
        { cause },
      );
    }
  }

  pause(): void {
    this.#resumeWhenAnswered = false;
    this.#media.pause();
    this.#listener.changed();
  }

  seek(seconds: number): void {
    if (!this.#opened || !this.#permitted || this.#locked || Number.isNaN(seconds)) return;
    const from = this.position;
    const to = this.#permitted.nearest(seconds);
    this.#reporter.interrupt();
    this.#reporter.flush();
    this.#position = to;
    this.#seek.to(to + this.#opened.primingSeconds);
    this.#report({ type: 'playback.seeked', from, to, position: to });
    this.#progress();
    this.#listener.changed();
  }

  set({ playbackRate, volume, muted, loop }: PlaybackSettings): void {
    if (playbackRate !== undefined) {
      this.#media.playbackRate = Math.min(
        Math.max(0.5, playbackRate),
        Math.min(3, this.#opened?.maxRate ?? 1),
      );
    }
    if (volume !== undefined) this.#media.volume = Math.min(Math.max(0, volume), 1);
    if (muted !== undefined) this.#media.muted = muted;
    if (loop !== undefined) this.#loop = loop;
    this.#listener.changed();
  }

  setChannel(channel: number, settings: ChannelSettings): void {
    const state = this.#mix?.set(channel, settings);
    if (state)
      this.#report({
        type: 'channel.changed',
        channel,
        gain: state.gain,
        muted: state.muted,
        position: this.position,
      });
    this.#listener.changed();
  }

  async peaks(): Promise<Peaks | undefined> {
    const bytes = await this.#vault.call('peaks', undefined);
    return bytes && readPeaks(new Uint8Array(bytes), this.#mix?.states.length ?? 1);
  }

  /** Wipes keys and buffers; the session and the position stay. */
  lock(): void {
    this.#lockings += 1;
    if (this.#locked) return;
    this.#stopSound();
    this.#locked = true;
    this.#cancelStart();
    this.#engine?.destroy();
    void this.#vault.call('lock', undefined).catch(() => undefined);
  }

  /** @throws {SecureCallError} when the service gives no keys any more */
  async unlock(): Promise<void> {
    const lockings = this.#lockings;
    const { HlsEngine } = await import('./hls-engine.ts');
    if (!this.#opened || !this.#locked || lockings !== this.#lockings) return;
    this.#locked = false;
    try {
      await this.#vault.call('unlock', { positionSeconds: this.#position, playing: false });
      if (!this.#isLocked()) await this.#start(HlsEngine, this.#opened);
    } catch (error) {
      // Locked again in the meantime: that is no failure.
      if (!this.#isLocked()) throw error;
    }
  }

  #isLocked(): boolean {
    return this.#locked;
  }

  /** Asks the service now. @throws {SecureCallError} when it still does not answer */
  async retry(): Promise<void> {
    await this.#vault.call('renew', undefined);
  }

  /** Silence and no key, at once; nothing is told to the service. */
  wipe(): void {
    this.#stopSound();
    this.#abort.abort();
    this.#cancelStart();
    this.#engine?.destroy();
    this.#media.removeAttribute('src');
    this.#media.load();
    this.#vault.terminate();
    void this.#graph.close();
  }

  /** The page is being left, or playing failed: what is signed is sent, then everything is wiped. */
  leave(): void {
    this.#stopSound();
    if (this.#opened?.eventsUrl !== undefined) sendOnLeave(this.#opened.eventsUrl, this.#unacknowledged);
    this.wipe();
  }

  /** Reports the end to the service, then wipes. */
  async close(): Promise<void> {
    this.#stopSound();
    this.#abort.abort();
    const closed = this.#vault.call('close', { position: this.#position }).catch(() => undefined);
    await Promise.race([closed, new Promise(resolve => setTimeout(resolve, CLOSE_TIMEOUT_MS))]);
    this.wipe();
  }

  #stopSound(): void {
    this.#position = this.position;
    this.#resumeWhenAnswered = false;
    this.#graph.silence();
    this.#media.pause();
    this.#reporter.interrupt();
    this.#reporter.flush();
  }

  /** Seconds from the recording's first sample. */
  get position(): number {
    if (!this.#opened || this.#locked || this.#media.readyState === 0) return this.#position;
    return Math.min(
      Math.max(0, this.#media.currentTime - this.#opened.primingSeconds),
      this.#opened.durationSeconds,
    );
  }

  get access(): AccessState | undefined {
    return this.#access;
  }

  get #atEnd(): boolean {
    return (
      this.#media.ended || (this.#permitted !== undefined && this.position >= this.#permitted.endSeconds)
    );
  }

  /** The state as media and service tell it; undefined before the call is open. */
  snapshot(): PlayerState | undefined {
    if (!this.#opened || !this.#access) return undefined;
    if (this.#locked) return { status: 'locked', positionSeconds: this.#position, access: this.#access };
    const open: OpenCall = {
      positionSeconds: this.position,
      durationSeconds: this.#opened.durationSeconds,
      playbackRate: this.#media.playbackRate,
      volume: this.#media.volume,
      muted: this.#media.muted,
      loop: this.#loop,
      seeking: this.#media.seeking,
      channels: this.#mix?.states ?? [],
      access: this.#access,
    };
    if (this.#blocked && navigator.onLine) return { status: 'audit-blocked', ...open };
    if (this.#blocked) return { status: 'waiting', cause: 'offline', ...open };
    if (this.#atEnd) return { status: 'ended', ...open };
    if (this.#media.paused) return { status: this.#reporter.started ? 'paused' : 'ready', ...open };
    if (this.#stalled)
      return { status: 'waiting', cause: navigator.onLine ? 'buffering' : 'offline', ...open };
    return { status: 'playing', ...open };
  }

  #listenToMedia(): void {
    this.#media.preservesPitch = true;
    this.#media.disableRemotePlayback = true;
    const on = (type: keyof HTMLMediaElementEventMap, listen: () => void): void => {
      const changed = (): void => {
        listen();
        this.#listener.changed();
      };
      this.#media.addEventListener(type, changed, { signal: this.#abort.signal });
    };
    on('playing', () => this.#soundStarted());
    on('pause', () => this.#soundPaused());
    on('waiting', () => {
      this.#stalled = true;
      this.#reporter.interrupt();
    });
    on('timeupdate', () => this.#advanced());
    on('seeking', () => this.#reporter.interrupt());
    on('seeked', () => this.#progress());
    on('ratechange', () =>
      this.#report({ type: 'playback.rate', rate: this.#media.playbackRate, position: this.position }),
    );
    on('volumechange', () => undefined);
    on('ended', () => this.#soundEnded());
  }

  #soundStarted(): void {
    this.#stalled = false;
    this.#reporter.soundStarted();
  }

  #soundPaused(): void {
    this.#stalled = false;
    this.#advance();
    this.#reporter.soundPaused(this.#atEnd);
    this.#progress();
  }

  #soundEnded(): void {
    this.#report({ type: 'playback.ended', position: this.position });
    if (this.#loop) void this.play().catch((error: unknown) => this.#listener.failed(playbackError(error)));
  }

  #advanced(): void {
    // After a sleep the audio clock has not noticed that the allowed time is over.
    if (this.#graph.allowedSeconds === 0) this.#expire();
    this.#advance();
    this.#keepToRanges();
    this.#progress();
  }

  /** Segments are released whole, so the edges of what may be heard are kept here, to a quarter of a second. */
  #keepToRanges(): void {
    if (this.#media.paused || this.#media.seeking) return;
    const next = this.#permitted?.jumpFrom(this.position);
    if (next !== undefined) this.seek(next);
    else if (this.#atEnd && !this.#media.ended) {
      this.#media.pause();
      this.#soundEnded();
    }
  }

  #advance(): void {
    const audible = !this.#media.seeking && this.#graph.running && this.#graph.allowedSeconds > 0;
    this.#reporter.advance(audible);
  }

  #progress(): void {
    const progress = { positionSeconds: this.position, playing: !this.#media.paused };
    if (this.#opened && !this.#locked) void this.#vault.call('progress', progress).catch(() => undefined);
  }

  #report(event: AccessEventInput): void {
    if (this.#opened) void this.#vault.call('report', event).catch(() => undefined);
  }

  #visibilityChanged(): void {
    const visible = document.visibilityState === 'visible';
    this.#report({ type: 'visibility.changed', visible, position: this.position });
  }

  #heard(notice: VaultNotice): void {
    if (notice.type === 'access') this.#delivery.add(notice.event);
    else if (notice.type === 'unacknowledged') this.#unacknowledged = notice.events;
    else if (notice.type === 'answered') this.#answered(notice.useForSeconds);
    else if (notice.type === 'unanswered') this.#block();
    else if (notice.type === 'report-wanted') this.#reporter.flush();
    else this.#listener.ended(notice.why, notice.code);
  }

  #answered(useForSeconds: number): void {
    this.#useForSeconds = useForSeconds;
    if (this.#locked || this.#abort.signal.aborted) return;
    this.#graph.allowFor(this.#useForSeconds);
    if (!this.#blocked) return;
    this.#blocked = false;
    this.#listener.changed();
    this.#playMedia().catch((error: unknown) => this.#listener.failed(playbackError(error)));
  }

  async #renewOrBlock(): Promise<void> {
    try {
      await this.#vault.call('renew', undefined);
    } catch {
      this.#block();
    }
  }

  #expire(): void {
    this.#graph.silence();
    this.#block();
  }

  /** No sound until the service has answered; playing goes on from here then. */
  #block(): void {
    if (this.#blocked || !this.#resumeWhenAnswered) return;
    this.#blocked = true;
    this.#graph.silence();
    this.#media.pause();
    this.#report({ type: 'audit.degraded', position: this.position });
    this.#listener.changed();
  }
}
