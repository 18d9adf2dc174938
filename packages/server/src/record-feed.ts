/** Tells those who follow the record that something was committed; they read it from the store. */
export class RecordFeed {
  readonly #wakers = new Set<() => void>();

  /** Wakes everyone who waits. */
  wake(): void {
    const waiting = [...this.#wakers];
    this.#wakers.clear();
    for (const waker of waiting) waker();
  }

  /** Resolves at the next commit, or when `signal` is aborted. Ask before reading, so that nothing falls between. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      const waker = (): void => {
        signal.removeEventListener('abort', waker);
        this.#wakers.delete(waker);
        resolve();
      };
      if (signal.aborted) return resolve();
      this.#wakers.add(waker);
      signal.addEventListener('abort', waker, { once: true });
    });
  }
}
