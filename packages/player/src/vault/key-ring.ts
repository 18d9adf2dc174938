import {
  type Bytes,
  deriveLeaseKey,
  type EcdhPoints,
  type Lease,
  type LeaseBinding,
  openSegment,
  storedVariant,
  type TrackName,
  unwrapSegmentKey,
  type Variant,
} from '@secure-call/protocol';
import { KeyShelf } from './key-shelf.ts';

/** A segment's key, and the variant of the sound that it opens. */
export interface LeasedKey {
  readonly key: CryptoKey;
  readonly variant: Variant;
}

/** Opens the segment of a slot that the key is for. @throws {SecureCallError} `integrity_failed` */
export const openLeased = ({ key, variant }: LeasedKey, slot: Bytes): Promise<Bytes> =>
  openSegment(key, storedVariant(slot, variant));

/** Holds the unlocked segment keys, non-extractable, in memory only. */
export class KeyRing {
  readonly #secret: CryptoKey;
  readonly #points: EcdhPoints;
  readonly #binding: Omit<LeaseBinding, 'leaseSeq'>;
  readonly #shelf = new KeyShelf<LeasedKey>();

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
      lease.keys.map(async ({ track, index, variant, wrapped }) => {
        // The shelf may have been closed while this key was on its way: then it is not taken in.
        this.#shelf.put(`${track}/${index}`, { key: await unwrapSegmentKey(leaseKey, wrapped), variant });
      }),
    );
  }

  has(track: TrackName, index: number): boolean {
    return this.#shelf.has(`${track}/${index}`);
  }

  /** The key of a segment, as soon as it is leased. */
  key(track: TrackName, index: number): Promise<LeasedKey> {
    return this.#shelf.key(`${track}/${index}`);
  }

  /** Forgets every key and takes no more in; who waits for one goes on waiting. */
  close(): void {
    this.#shelf.close();
  }

  /** Takes keys in again. */
  reopen(): void {
    this.#shelf.reopen();
  }
}
