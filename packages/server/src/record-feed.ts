const LONGEST_WAIT_MS = 1000;

/** Tells those who follow the record that something was committed; they read it from the store. */
export class RecordFeed {
  readonly #wakers = new Set<() => void>();
  #version = 0;

  /** Ask before reading, and wait for a change since then, so that nothing falls in between. */
  get version(): number {
    return this.#version;
  }

  /** Wakes everyone who waits. */
  wake(): void {
    this.#version += 1;
    const waiting = [...this.#wakers];
    this.#wakers.clear();
    for (const waker of waiting) waker();
  }

  /**
   * Resolves once something was committed since `version`, when `signal` is aborted, and at the latest after a second: another
   * service on the same database may have committed something.
   */
  changedSince(version: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      if (this.#version !== version || signal.aborted) return resolve();
      const timer = setTimeout(() => waker(), LONGEST_WAIT_MS);
      const waker = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', waker);
        this.#wakers.delete(waker);
        resolve();
      };
      this.#wakers.add(waker);
      signal.addEventListener('abort', waker, { once: true });
    });
  }
}
