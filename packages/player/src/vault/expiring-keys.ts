import { KeyShelf } from './key-shelf.ts';

/** The keys of the host's sets; each is forgotten when the set that brought it has expired. */
export class ExpiringKeys {
  readonly #shelf = new KeyShelf<CryptoKey>();
  readonly #untilMs = new Map<string, number>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();

  /** @param seconds - for which they may be used */
  add(keys: ReadonlyMap<string, CryptoKey>, seconds: number): void {
    const untilMs = performance.now() + seconds * 1000;
    for (const [id, key] of keys) {
      this.#shelf.put(id, key);
      this.#untilMs.set(id, untilMs);
    }
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#forgetExpired();
    }, seconds * 1000);
    this.#timers.add(timer);
  }

  has(id: string): boolean {
    this.#forgetExpired();
    return this.#shelf.has(id);
  }

  /** The key, as soon as the host has given it. */
  key(id: string): Promise<CryptoKey> {
    this.#forgetExpired();
    return this.#shelf.key(id);
  }

  /** Forgets every key and takes no more in. */
  close(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#untilMs.clear();
    this.#shelf.close();
  }

  /** Takes keys in again. */
  reopen(): void {
    this.#shelf.reopen();
  }

  #forgetExpired(): void {
    const now = performance.now();
    for (const [id, untilMs] of this.#untilMs) {
      if (untilMs > now) continue;
      this.#untilMs.delete(id);
      this.#shelf.drop(id);
    }
  }
}
