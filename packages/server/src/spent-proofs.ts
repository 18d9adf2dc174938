import type { Store } from './store.ts';

const SWEEP_INTERVAL_MS = 60_000;

/** Forgets proofs whose nonce is too old to be used again, now and then, so that no request pays for it. */
export class SpentProofs {
  readonly #store: Store;
  #sweptAt = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** @param now - milliseconds since the epoch */
  async sweep(now: number): Promise<void> {
    if (now - this.#sweptAt < SWEEP_INTERVAL_MS) return;
    this.#sweptAt = now;
    await this.#store.rowTransaction(db => db.deleteFrom('proof').where('expires_at', '<=', now).execute());
  }
}
