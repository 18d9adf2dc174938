import type { AccessEvent } from '@secure-call/protocol';
import { withDeadline } from './with-deadline.ts';

const ANSWER_MS = 8000;
const RETRY_MS = [1000, 2000, 4000, 8000];

export interface EventDeliveryOptions {
  /** Whether the host's record is the gate: each event waits until the one before is taken. */
  readonly awaited: boolean;
  readonly deliver: (event: AccessEvent) => void | Promise<void>;
  /** Every event up to this number is taken. */
  readonly recorded: (eventSeq: number) => void;
  /** An event was not taken; it comes again. */
  readonly notRecorded: () => void;
  readonly signal: AbortSignal;
}

/** Hands access events to the host: as they happen, or where its record is the gate one by one until each is taken. */
export class EventDelivery {
  readonly #options: EventDeliveryOptions;
  readonly #waiting: AccessEvent[] = [];
  #running = false;

  constructor(options: EventDeliveryOptions) {
    this.#options = options;
  }

  add(event: AccessEvent): void {
    if (!this.#options.awaited) {
      void this.#options.deliver(event);
      return;
    }
    this.#waiting.push(event);
    if (!this.#running) void this.#run();
  }

  async #run(): Promise<void> {
    this.#running = true;
    for (let event = this.#waiting.shift(); event; event = this.#waiting.shift()) await this.#persist(event);
    this.#running = false;
  }

  async #persist(event: AccessEvent): Promise<void> {
    const { recorded, notRecorded, signal } = this.#options;
    for (let failures = 0; !(await this.#isTaken(event)); failures++) {
      if (signal.aborted) return;
      notRecorded();
      await pause(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? 0, signal);
    }
    recorded(event.eventSeq);
  }

  async #isTaken(event: AccessEvent): Promise<boolean> {
    const { deliver, signal } = this.#options;
    try {
      await withDeadline(async () => deliver(event), ANSWER_MS, signal);
      return true;
    } catch {
      return false;
    }
  }
}

/** Waits, or until the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
