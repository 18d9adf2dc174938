import type { Bytes } from '@secure-call/protocol';
import { keyedHash } from './service-secrets.ts';

const DRAW_BYTES = 2;
const DRAWS_PER_BLOCK = 16;

/** Draws are whole numbers below this. */
export const DRAW_RANGE: number = 2 ** (8 * DRAW_BYTES);

/** Pseudo-random numbers by place, the same whenever they are asked for (HMAC-SHA256 in blocks). */
export class KeyedDraws {
  readonly #key: CryptoKey;
  readonly #fields: readonly string[];
  readonly #blocks = new Map<number, Promise<Bytes>>();

  /** @param fields - what the numbers belong to; each list of fields has its own */
  constructor(key: CryptoKey, ...fields: readonly string[]) {
    this.#key = key;
    this.#fields = fields;
  }

  /** @returns a whole number from 0 to `DRAW_RANGE - 1` */
  async at(place: number): Promise<number> {
    const number = Math.floor(place / DRAWS_PER_BLOCK);
    const block = this.#blocks.get(number) ?? keyedHash(this.#key, ...this.#fields, String(number));
    this.#blocks.set(number, block);
    block.catch(() => this.#blocks.delete(number));
    const bytes = await block;
    return new DataView(bytes.buffer).getUint16(bytes.byteOffset + DRAW_BYTES * (place % DRAWS_PER_BLOCK));
  }
}
