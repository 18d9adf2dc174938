import type { AccessEventInput } from '@secure-call/protocol';
import { PlaybackMeter } from './playback-meter.ts';

/** What was heard is reported at least this often while playing. */
const REPORT_MS = 10_000;

/** Where playback is when something is reported. */
export interface PlaybackPoint {
  readonly position: number;
  readonly rate: number;
}

/** Turns what the media does into access events: starts and stops, and the seconds that were truly heard. */
export class PlaybackReporter {
  readonly #report: (event: AccessEventInput) => void;
  readonly #point: () => PlaybackPoint;
  readonly #meter = new PlaybackMeter();
  #reportedAt = 0;
  #started = false;
  #audible = false;

  constructor(report: (event: AccessEventInput) => void, point: () => PlaybackPoint) {
    this.#report = report;
    this.#point = point;
  }

  /** Whether anything was played in this session. */
  get started(): boolean {
    return this.#started;
  }

  soundStarted(): void {
    if (this.#audible) return;
    const type = this.#started ? 'playback.resumed' : 'playback.started';
    this.#report({ type, position: this.#point().position });
    this.#reportedAt = performance.now();
    this.#started = true;
    this.#audible = true;
  }

  soundPaused(atEnd: boolean): void {
    this.interrupt();
    this.flush();
    if (this.#audible && !atEnd) this.#report({ type: 'playback.paused', position: this.#point().position });
    this.#audible = false;
  }

  /** @param audible - whether sound has been coming out since the last call */
  advance(audible: boolean): void {
    if (audible && this.#audible) this.#meter.advance(this.#point().position);
    else this.#meter.interrupt();
    if (performance.now() - this.#reportedAt >= REPORT_MS) this.flush();
  }

  /** What is heard next does not continue what was. */
  interrupt(): void {
    this.#meter.interrupt();
  }

  /** Reports what was heard since the last time. */
  flush(): void {
    this.#reportedAt = performance.now();
    const ranges = this.#meter.take();
    if (ranges.length > 0) this.#report({ type: 'playback.listened', ranges, ...this.#point() });
  }
}
