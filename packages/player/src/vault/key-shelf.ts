/** Unlocked content keys by name, non-extractable, in memory only; who needs one that is not there yet waits for it. */
export class KeyShelf<Key> {
  readonly #keys = new Map<string, Key>();
  readonly #waiting = new Map<string, ((key: Key) => void)[]>();
  #closed = false;

  /** Takes a key in and hands it to whoever waits; while closed, not. */
  put(name: string, key: Key): void {
    if (this.#closed) return;
    this.#keys.set(name, key);
    for (const resolve of this.#waiting.get(name) ?? []) resolve(key);
    this.#waiting.delete(name);
  }

  has(name: string): boolean {
    return this.#keys.has(name);
  }

  /** The key, as soon as it is there. */
  key(name: string): Promise<Key> {
    const key = this.#keys.get(name);
    if (key) return Promise.resolve(key);
    return new Promise(resolve => {
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]);
    });
  }

  /** Forgets one key. */
  drop(name: string): void {
    this.#keys.delete(name);
  }

  /** Forgets every key and takes no more in; who waits for one goes on waiting. */
  close(): void {
    this.#closed = true;
    this.#keys.clear();
  }

  /** Takes keys in again. */
  reopen(): void {
    this.#closed = false;
  }
}
