import { type AuditRecord, firstBrokenRecord } from '@secure-call/protocol';

/** Checks a growing chain of records in this browser; one check at a time, always of the newest state. */
export class ChainCheck {
  readonly #onResult: (brokenPlace: number | undefined) => void;
  #chain: readonly AuditRecord[] = [];
  #checked = 0;
  #busy = false;

  /** @param onResult - called with the place of the first record that does not hold, from 0 */
  constructor(onResult: (brokenPlace: number | undefined) => void) {
    this.#onResult = onResult;
  }

  /** Records are only ever added, so a check of the longest chain covers the shorter ones. */
  async check(chain: readonly AuditRecord[]): Promise<void> {
    this.#chain = chain;
    if (this.#busy) return;
    this.#busy = true;
    while (this.#checked !== this.#chain.length) {
      this.#checked = this.#chain.length;
      // A record that cannot even be hashed does not hold either.
      const last = this.#checked - 1;
      this.#onResult(await firstBrokenRecord(this.#chain).catch(() => last));
    }
    this.#busy = false;
  }
}
