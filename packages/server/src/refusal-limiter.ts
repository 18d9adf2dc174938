const WINDOW_MS = 60_000;
const MAX_PER_WINDOW = 10;
const MAX_KEYS = 10_000;

/**
 * Bounds how many refusals of one origin are written to the record, so that repeating a refused request cannot fill the
 * disk or keep others waiting.
 */
export class RefusalLimiter {
  #counts = new Map<string, number>();
  #startedAt = 0;

  /** Whether one more refusal under `key` is to be recorded. @param now - milliseconds since the epoch */
  admit(key: string, now: number): boolean {
    if (now - this.#startedAt >= WINDOW_MS || this.#counts.size >= MAX_KEYS) {
      this.#counts = new Map();
      this.#startedAt = now;
    }
    const count = this.#counts.get(key) ?? 0;
    this.#counts.set(key, count + 1);
    return count < MAX_PER_WINDOW;
  }
}
