import type { Bytes, Variant } from '@secure-call/protocol';
import type { Listener } from './pacing.ts';
import { keyedHash } from './service-secrets.ts';

const BITS_PER_BLOCK = 256;

/**
 * Which variant of each audio segment a listener gets: a pseudo-random bit per segment, the same in every session of
 * that person, because several sessions with different codes would hold both variants of nearly every segment.
 */
export class ListenerCode {
  readonly #key: CryptoKey;
  readonly #fields: readonly string[];
  readonly #blocks = new Map<number, Bytes>();

  constructor(key: CryptoKey, { tenant, call, iss, sub }: Listener, rev: number) {
    this.#key = key;
    this.#fields = [tenant, call, String(rev), iss, sub];
  }

  /** @param index - of an audio segment, from 1 */
  async variantAt(index: number): Promise<Variant> {
    const number = Math.floor(index / BITS_PER_BLOCK);
    const block = this.#blocks.get(number) ?? (await keyedHash(this.#key, ...this.#fields, String(number)));
    this.#blocks.set(number, block);
    const bit = index % BITS_PER_BLOCK;
    return ((block[bit >> 3] ?? 0) >> (bit & 7)) & 1 ? 2 : 1;
  }
}
