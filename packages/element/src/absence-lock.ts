import { IdleLock } from './idle-lock.ts';

export interface AbsenceLockOptions {
  /** @param secondsLeft - undefined when the warning is over */
  readonly onWarning: (secondsLeft: number | undefined) => void;
  /** Whether a hidden page is to lock now. */
  readonly locksHidden: () => boolean;
  readonly lock: () => void;
}

/** Locks when nobody is there: after a while without input, or when the page is hidden. */
export class AbsenceLock {
  readonly #options: AbsenceLockOptions;
  readonly #idle: IdleLock;
  #wasAway = false;

  constructor(options: AbsenceLockOptions) {
    this.#options = options;
    this.#idle = new IdleLock({ onWarning: options.onWarning, onIdle: () => this.#lock() });
  }

  /** Whether this is why the call is locked, rather than that someone locked it. */
  get wasAway(): boolean {
    return this.#wasAway;
  }

  connect(): void {
    document.addEventListener('visibilitychange', this.#onVisibility);
  }

  disconnect(): void {
    document.removeEventListener('visibilitychange', this.#onVisibility);
    this.#idle.stop();
  }

  /**
   * @param isLocked - whether the call is locked now
   * @param idleSeconds - how long an open call waits for input; 0 = for ever
   */
  follow(isLocked: boolean, idleSeconds: number): void {
    if (!isLocked) this.#wasAway = false;
    if (idleSeconds > 0) this.#idle.start(idleSeconds);
    else this.#idle.stop();
  }

  #lock(): void {
    this.#wasAway = true;
    this.#options.lock();
  }

  readonly #onVisibility = (): void => {
    if (document.hidden && this.#options.locksHidden()) this.#lock();
  };
}
