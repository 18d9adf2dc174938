import type { AccessEventInput } from '@secure-call/protocol';
import type { ChannelState } from './player-state.ts';

/** A slider that has not moved for so long rests. */
const REST_MS = 500;

/** Reports how each channel is heard: once when its slider rests, however many steps it took to get there. */
export class ChannelReports {
  readonly #report: (event: AccessEventInput) => void;
  readonly #waiting = new Map<number, AccessEventInput>();
  #changedAt = 0;

  constructor(report: (event: AccessEventInput) => void) {
    this.#report = report;
  }

  /** @param position - in the recording, in seconds */
  changed(channel: number, { gain, muted }: ChannelState, position: number): void {
    this.#waiting.set(channel, { type: 'channel.changed', channel, gain, muted, position });
    this.#changedAt = performance.now();
  }

  /** Reports what rests. Call it now and then while sound plays; without sound nobody hears a difference. */
  reportRested(): void {
    if (performance.now() - this.#changedAt >= REST_MS) this.flush();
  }

  /** Reports what has changed, resting or not: before anything else is reported, and when the sound ends. */
  flush(): void {
    const events = [...this.#waiting.values()];
    this.#waiting.clear();
    events.forEach(this.#report);
  }
}
