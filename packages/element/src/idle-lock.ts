/** Seconds of warning before the lock. */
const warningSeconds = 20;
/** What tells that someone is there. */
export const inputEvents = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const;

export interface IdleLockListeners {
  /** @param secondsLeft - undefined when the warning is over */
  readonly onWarning: (secondsLeft: number | undefined) => void;
  readonly onIdle: () => void;
}

/**
 * Tells when nobody has touched the page for a while. The whole page counts: who writes notes beside the player
 * is not away.
 */
export class IdleLock {
  readonly #listeners: IdleLockListeners;
  #timeoutMs = 0;
  #deadline = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isWarning = false;

  constructor(listeners: IdleLockListeners) {
    this.#listeners = listeners;
  }

  /** @param timeoutSeconds - 0 never locks */
  start(timeoutSeconds: number): void {
    if (this.#timeoutMs === timeoutSeconds * 1000) return;
    this.stop();
    if (timeoutSeconds === 0) return;
    this.#timeoutMs = timeoutSeconds * 1000;
    for (const type of inputEvents)
      window.addEventListener(type, this.#onInput, { capture: true, passive: true });
    document.addEventListener('visibilitychange', this.#check);
    this.#postpone();
    this.#check();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timeoutMs = 0;
    this.#endWarning();
    for (const type of inputEvents) window.removeEventListener(type, this.#onInput, { capture: true });
    document.removeEventListener('visibilitychange', this.#check);
  }

  readonly #onInput = (): void => {
    this.#postpone();
    if (!this.#isWarning) return;
    this.#endWarning();
    this.#check();
  };

  /** One timer looks at the deadline; input only moves it, since pointers report far more often. */
  readonly #check = (): void => {
    clearTimeout(this.#timer);
    const leftMs = this.#deadline - Date.now();
    if (leftMs <= 0) return this.#lock();
    const calmMs = leftMs - warningSeconds * 1000;
    if (calmMs > 0) {
      this.#timer = setTimeout(this.#check, calmMs);
      return;
    }
    this.#isWarning = true;
    this.#listeners.onWarning(Math.ceil(leftMs / 1000));
    this.#timer = setTimeout(this.#check, leftMs % 1000 || 1000);
  };

  #lock(): void {
    this.stop();
    this.#listeners.onIdle();
  }

  #postpone(): void {
    this.#deadline = Date.now() + this.#timeoutMs;
  }

  #endWarning(): void {
    if (this.#isWarning) this.#listeners.onWarning(undefined);
    this.#isWarning = false;
  }
}
