import { minutesUntil } from './time-format.ts';

export interface AccessClockListeners {
  /** A minute of the access has passed. */
  readonly onMinute: () => void;
  readonly onFiveLeft: () => void;
  readonly onOneLeft: () => void;
}

/** Tells when the number of minutes left changes, and nothing in between. */
export class AccessClock {
  readonly #listeners: AccessClockListeners;
  #expiresAt: number | undefined;
  #minutes: number | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(listeners: AccessClockListeners) {
    this.#listeners = listeners;
  }

  /** @param expiresAt - milliseconds since the epoch */
  follow(expiresAt: number): void {
    if (this.#expiresAt === expiresAt) return;
    this.stop();
    this.#expiresAt = expiresAt;
    this.#minutes = minutesUntil(expiresAt, Date.now());
    this.#wait(expiresAt);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#expiresAt = undefined;
  }

  #wait(expiresAt: number): void {
    const left = expiresAt - Date.now();
    if (left <= 60_000) return;
    this.#timer = setTimeout(() => this.#tick(expiresAt), left % 60_000 || 60_000);
  }

  #tick(expiresAt: number): void {
    const minutes = minutesUntil(expiresAt, Date.now());
    const before = this.#minutes ?? minutes;
    this.#minutes = minutes;
    if (minutes !== before) this.#listeners.onMinute();
    if (before > 5 && minutes <= 5 && minutes > 1) this.#listeners.onFiveLeft();
    if (before > 1 && minutes === 1) this.#listeners.onOneLeft();
    this.#wait(expiresAt);
  }
}
