import type { AccessEventInput } from '@secure-call/protocol';
import type { AnswerGate } from './answer-gate.ts';
import type { AudioGraph } from './audio-graph.ts';
import { PlaybackReporter } from './playback-reporter.ts';
import type { RecordingPosition } from './recording-position.ts';

/** What is watched, and who hears of it. */
export interface PlaybackWatchPort {
  readonly media: HTMLMediaElement;
  readonly graph: AudioGraph;
  readonly gate: AnswerGate;
  readonly position: RecordingPosition;
  report(event: AccessEventInput): void;
  /** Sound has played on. */
  advanced(): void;
  /** The vault should know where playback is. */
  progressed(): void;
  changed(): void;
  seek(seconds: number): void;
  /** The last second that may be heard is over. */
  ended(): void;
}

/** Follows the media element: what it does becomes access events, and it is kept to what may be heard. */
export class PlaybackWatch {
  readonly #port: PlaybackWatchPort;
  readonly #reporter: PlaybackReporter;
  #stalled = false;

  constructor(port: PlaybackWatchPort, signal: AbortSignal) {
    this.#port = port;
    this.#reporter = new PlaybackReporter(
      event => port.report(event),
      () => ({ position: port.position.seconds, rate: port.media.playbackRate }),
    );
    this.#listen(signal);
  }

  /** Whether anything was played in this session. */
  get started(): boolean {
    return this.#reporter.started;
  }

  /** Whether sound waits for data. */
  get stalled(): boolean {
    return this.#stalled;
  }

  /** Reports what was heard since the last time. */
  flush(): void {
    this.#reporter.flush();
  }

  /** Reports what was heard; what is heard next does not continue it. */
  interrupt(): void {
    this.#reporter.interrupt();
    this.#reporter.flush();
  }

  #listen(signal: AbortSignal): void {
    const { media, position } = this.#port;
    const on = (type: keyof HTMLMediaElementEventMap, listen: () => void): void => {
      const changed = (): void => {
        listen();
        this.#port.changed();
      };
      media.addEventListener(type, changed, { signal });
    };
    on('playing', () => this.#soundStarted());
    on('pause', () => this.#soundPaused());
    on('waiting', () => this.#soundStalled());
    on('timeupdate', () => this.#advanced());
    on('seeking', () => this.#reporter.interrupt());
    on('seeked', () => this.#port.progressed());
    on('ratechange', () =>
      this.#port.report({ type: 'playback.rate', rate: media.playbackRate, position: position.seconds }),
    );
    on('volumechange', () => undefined);
    on('ended', () => this.#port.ended());
  }

  #soundStarted(): void {
    this.#stalled = false;
    this.#reporter.soundStarted();
  }

  #soundPaused(): void {
    this.#stalled = false;
    this.#advance();
    this.#reporter.soundPaused(this.#port.position.atEnd);
    this.#port.progressed();
  }

  #soundStalled(): void {
    this.#stalled = true;
    this.#reporter.interrupt();
  }

  #advanced(): void {
    this.#port.gate.checkClock();
    this.#port.graph.checkMark();
    this.#advance();
    this.#keepToRanges();
    this.#port.advanced();
    this.#port.progressed();
  }

  #advance(): void {
    const { media, graph } = this.#port;
    this.#reporter.advance(!media.seeking && graph.running && graph.allowedSeconds > 0);
  }

  /** Segments are released whole, so the edges of what may be heard are kept here, to a quarter of a second. */
  #keepToRanges(): void {
    const { media, position } = this.#port;
    if (media.paused || media.seeking) return;
    const next = position.nextPermitted;
    if (next !== undefined) this.#port.seek(next);
    else if (position.atEnd && !media.ended) {
      media.pause();
      this.#port.ended();
    }
  }
}
