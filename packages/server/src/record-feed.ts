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

  /** Resolves once something was committed since `version`, or when `signal` is aborted. */
  changedSince(version: number, signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      if (this.#version !== version || signal.aborted) return resolve();
      const waker = (): void => {
        signal.removeEventListener('abort', waker);
        this.#wakers.delete(waker);
        resolve();
      };
      this.#wakers.add(waker);
      signal.addEventListener('abort', waker, { once: true });
    });
  }
}
