import type { AccessEventInput, SecureCallError } from '@secure-call/protocol';
import type { TilePattern } from '@secure-call/watermark';
import { AnswerGate } from './answer-gate.ts';
import { AudioGraph } from './audio-graph.ts';
import type { ChannelSettings, Peaks, PlaybackSettings } from './call-player.ts';
import { ChannelReports } from './channel-reports.ts';
import type { HlsEngine } from './hls-engine.ts';
import { MediaFeed } from './media-feed.ts';
import { openState } from './open-state.ts';
import { playbackError } from './playback-error.ts';
import { PlaybackWatch } from './playback-watch.ts';
import type { AccessState, PlayerState } from './player-state.ts';
import { RecordingPosition } from './recording-position.ts';
import { endOfSilence } from './silence.ts';
import { SoundSettings } from './sound-settings.ts';
import type { OpenedSession, Progress } from './vault/vault-messages.ts';

/** Longer than the media element lets pass between two reports of its position, at every speed. */
const LOOP_SLACK_SECONDS = 1;

/** What playing needs of the session around it. */
export interface PlaybackPort {
  segment(index: number): Promise<ArrayBuffer>;
  report(event: AccessEventInput): void;
  progress(progress: Progress): void;
  /** Asks the service now. @throws {SecureCallError} when it does not answer */
  renew(): Promise<void>;
  changed(): void;
  failed(error: SecureCallError): void;
}

/** The sound of one call: media element, engine and audio graph, with the listener's commands. */
export class Playback {
  readonly #port: PlaybackPort;
  readonly #graph = new AudioGraph();
  readonly #media = document.createElement('audio');
  readonly #position: RecordingPosition;
  readonly #settings: SoundSettings;
  readonly #channels: ChannelReports;
  readonly #gate: AnswerGate;
  readonly #watch: PlaybackWatch;
  readonly #feed: MediaFeed;
  #opened: OpenedSession | undefined;
  #loopTimer: ReturnType<typeof setTimeout> | undefined;
  /** For skipping silence; undefined while there are none. */
  peaks: Peaks | undefined;

  constructor(port: PlaybackPort, startSeconds: number, signal: AbortSignal) {
    const parts = { media: this.#media, graph: this.#graph };
    const changed = (): void => port.changed();
    const failed = (error: SecureCallError): void => port.failed(error);
    this.#port = port;
    this.#media.disableRemotePlayback = true;
    this.#position = new RecordingPosition(this.#media, startSeconds);
    this.#settings = new SoundSettings(this.#media);
    this.#channels = new ChannelReports(event => port.report(event));
    this.#gate = new AnswerGate({
      ...parts,
      renew: () => port.renew(),
      blocked: () => this.#blocked(),
      unblocked: changed,
      failed,
    });
    this.#watch = new PlaybackWatch(
      {
        ...parts,
        gate: this.#gate,
        position: this.#position,
        report: event => this.#report(event),
        advanced: () => this.#advanced(),
        progressed: () => this.#progress(),
        changed,
        seek: seconds => this.seek(seconds),
        ended: () => this.#ended(),
      },
      signal,
    );
    this.#feed = new MediaFeed(this.#media, index => port.segment(index), failed);
  }

  /** Nothing runs until it is woken. */
  rest(): void {
    this.#graph.suspend();
  }

  /** Call it inside a click, so that sound may start. */
  wake(): void {
    this.#graph.resume();
  }

  /** The call is open: what it sounds like is known. */
  opened(opened: OpenedSession): void {
    this.#opened = opened;
    this.#position.opened(opened);
    this.#graph.connect(this.#media, opened.roles.length);
    this.#settings.opened(this.#graph, opened);
  }

  /** Nothing is heard without this or `leadOutMarked`. */
  leadOut(): void {
    this.#graph.leadOut();
  }

  /**
   * @param lost - called once, when sound no longer comes out marked; there is silence by then
   * @throws {SecureCallError} where the watermark does not start
   */
  leadOutMarked(
    workletUrl: string | URL | undefined,
    pattern: Promise<TilePattern>,
    lost: () => void,
  ): Promise<void> {
    return this.#graph.leadOutMarked(workletUrl, pattern, lost);
  }

  /** Opens the media element before the call is open. */
  prepare(Engine: typeof HlsEngine): void {
    this.#feed.prepare(Engine);
  }

  /** Resolves when sound can start. @throws {SecureCallError} */
  async start(Engine: typeof HlsEngine, session: OpenedSession): Promise<void> {
    const started = this.#feed.start(Engine, { session, startSeconds: this.#position.mediaSeconds });
    this.#progress();
    await started;
  }

  /** @throws {SecureCallError} `playback_failed` */
  async play(): Promise<void> {
    this.#graph.resume();
    if (this.#position.atEnd) this.seek(0);
    const started = this.#gate.play();
    this.#port.changed();
    await started;
  }

  pause(): void {
    this.#gate.pause();
    this.#port.changed();
  }

  seek(seconds: number): void {
    const to = this.#position.permitted(seconds);
    if (to === undefined) return;
    const from = this.#position.seconds;
    // The sound waits for the lease that this asks for, and nothing for the events.
    this.#progress(to);
    this.#watch.interrupt();
    this.#position.jump(to);
    this.#report({ type: 'playback.seeked', from, to, position: to });
    this.#port.changed();
  }

  set(settings: PlaybackSettings): void {
    this.#settings.set(settings);
    if (settings.output !== undefined) void this.#sendTo(settings.output);
    this.#port.changed();
  }

  async #sendTo(deviceId: string): Promise<void> {
    const isThere = await this.#graph.sendTo(deviceId);
    if (isThere) this.#report({ type: 'output.changed', position: this.positionSeconds });
  }

  setChannel(channel: number, settings: ChannelSettings): void {
    const state = this.#settings.setChannel(channel, settings);
    if (state) this.#channels.changed(channel, state, this.positionSeconds);
    this.#port.changed();
  }

  /** Silence, and no sound by itself until it is released. */
  hold(): void {
    clearTimeout(this.#loopTimer);
    this.#position.freeze();
    this.#gate.hold();
    this.#watch.interrupt();
    this.#channels.flush();
  }

  release(): void {
    this.#position.unfreeze();
    this.#gate.release();
  }

  /** Empties the buffers. */
  empty(): void {
    this.#feed.stop();
  }

  /** Nothing of the sound is left. */
  close(): void {
    this.#feed.stop();
    this.#media.removeAttribute('src');
    this.#media.load();
    void this.#graph.close();
  }

  answered(useForSeconds: number): void {
    this.#gate.answered(useForSeconds);
  }

  unanswered(): void {
    this.#gate.block();
  }

  /** Reports what was heard since the last time. */
  flush(): void {
    this.#watch.flush();
  }

  /** Seconds from the recording's first sample. */
  get positionSeconds(): number {
    return this.#position.seconds;
  }

  /** @returns undefined before the call is open */
  state(access: AccessState): PlayerState | undefined {
    if (!this.#opened) return undefined;
    const { seeking, paused } = this.#media;
    const { durationSeconds } = this.#opened;
    return openState(
      { positionSeconds: this.positionSeconds, durationSeconds, ...this.#settings.state, seeking, access },
      {
        blocked: this.#gate.blocked,
        atEnd: this.#position.atEnd,
        paused: paused && !this.#gate.asking,
        started: this.#watch.started,
        stalled: this.#watch.stalled || this.#gate.asking,
      },
    );
  }

  /** In the order in which things happened. */
  #report(event: AccessEventInput): void {
    this.#channels.flush();
    this.#port.report(event);
  }

  /** Sound has played on: to where the loop ends, perhaps, or into a silence. */
  #advanced(): void {
    this.#channels.reportRested();
    if (this.#media.paused || this.#media.seeking) return;
    const { loopRange, skipSilence } = this.#settings;
    if (loopRange) return this.#keepToLoop(loopRange);
    const next = skipSilence && this.peaks && endOfSilence(this.peaks, this.positionSeconds);
    if (next) this.seek(next);
  }

  /** Whoever has gone on behind the loop by hand is not pulled back. */
  #keepToLoop([from, to]: readonly [number, number]): void {
    clearTimeout(this.#loopTimer);
    const left = to - this.positionSeconds;
    if (left <= 0 && left > -LOOP_SLACK_SECONDS) this.seek(from);
    else if (left > 0 && left < LOOP_SLACK_SECONDS)
      this.#loopTimer = setTimeout(() => this.#advanced(), (1000 * left) / this.#media.playbackRate);
  }

  #blocked(): void {
    this.#report({ type: 'audit.degraded', position: this.positionSeconds });
    this.#port.changed();
  }

  #ended(): void {
    this.#report({ type: 'playback.ended', position: this.positionSeconds });
    if (this.#settings.loop) this.play().catch((error: unknown) => this.#port.failed(playbackError(error)));
  }

  #progress(positionSeconds = this.positionSeconds): void {
    if (!this.#gate.held) this.#port.progress({ positionSeconds, playing: !this.#media.paused });
  }
}
