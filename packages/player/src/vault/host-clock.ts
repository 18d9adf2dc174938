/** Counts a key set's life by its backend's clock: the browser's own may be wrong, and an old answer may come again. */
export class HostClock {
  /** How far the backend's clock is ahead of ours, at least. */
  #aheadSeconds = -Infinity;

  /**
   * @param nowSeconds - of a monotonic clock
   * @returns seconds for which a set that has just come may still be used; 0 or less when it has expired
   */
  remainingSeconds({ iat, exp }: { readonly iat: number; readonly exp: number }, nowSeconds: number): number {
    this.#aheadSeconds = Math.max(this.#aheadSeconds, iat - nowSeconds);
    return exp - (nowSeconds + this.#aheadSeconds);
  }
}
