import {
  deriveLeaseKey,
  type EcdhPoints,
  type Lease,
  type LeaseBinding,
  type TrackName,
  unwrapSegmentKey,
} from '@secure-call/protocol';

/** Holds the unlocked segment keys, non-extractable, in memory only. */
export class KeyRing {
  readonly #secret: CryptoKey;
  readonly #points: EcdhPoints;
  readonly #binding: Omit<LeaseBinding, 'leaseSeq'>;
  readonly #keys = new Map<string, CryptoKey>();
  readonly #waiting = new Map<string, ((key: CryptoKey) => void)[]>();
  #closed = false;

  constructor(secret: CryptoKey, points: EcdhPoints, binding: Omit<LeaseBinding, 'leaseSeq'>) {
    this.#secret = secret;
    this.#points = points;
    this.#binding = binding;
  }

  /** Takes the keys of a lease in; while closed, none. @throws {SecureCallError} `integrity_failed` */
  async add(lease: Lease): Promise<void> {
    const leaseKey = await deriveLeaseKey(this.#secret, this.#points, {
      ...this.#binding,
      leaseSeq: lease.leaseSeq,
    });
    await Promise.all(
      lease.keys.map(async ({ track, index, wrapped }) => {
        const key = await unwrapSegmentKey(leaseKey, wrapped);
        // Asked only now: the ring may have been closed while this key was on its way.
        if (this.#closed) return;
        const name = `${track}/${index}`;
        this.#keys.set(name, key);
        for (const resolve of this.#waiting.get(name) ?? []) resolve(key);
        this.#waiting.delete(name);
      }),
    );
  }

  has(track: TrackName, index: number): boolean {
    return this.#keys.has(`${track}/${index}`);
  }

  /** The key of a segment, as soon as it is leased. */
  key(track: TrackName, index: number): Promise<CryptoKey> {
    const name = `${track}/${index}`;
    const key = this.#keys.get(name);
    if (key) return Promise.resolve(key);
    return new Promise(resolve => {
      this.#waiting.set(name, [...(this.#waiting.get(name) ?? []), resolve]);
    });
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
