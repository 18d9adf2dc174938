import { createHmac, KeyObject, timingSafeEqual } from 'node:crypto';

/**
 * Nonces for proofs (RFC 9449 section 8): the time and its HMAC. Nothing is stored, so they survive a restart and are
 * good on every instance that shares the service key.
 */
export class Nonces {
  readonly #key: KeyObject;
  readonly #lifetimeMs: number;
  #latest = { now: Number.NaN, nonce: '' };

  constructor(key: CryptoKey, lifetimeSeconds: number) {
    this.#key = KeyObject.from(key);
    this.#lifetimeMs = lifetimeSeconds * 1000;
  }

  /** @param now - milliseconds since the epoch */
  issue(now: number): string {
    if (now !== this.#latest.now) {
      const time = now.toString(36);
      this.#latest = { now, nonce: `${time}.${this.#mac(time).toString('base64url')}` };
    }
    return this.#latest.nonce;
  }

  /** When the nonce stops being good, in milliseconds since the epoch; undefined when it is not good now. */
  expiryOf(nonce: string, now: number): number | undefined {
    const [time = '', mac = ''] = nonce.split('.');
    if (!/^[0-9a-z]{1,12}$/.test(time) || !CANONICAL_MAC.test(mac)) return undefined;
    if (!timingSafeEqual(Buffer.from(mac, 'base64url'), this.#mac(time))) return undefined;
    const expiry = Number.parseInt(time, 36) + this.#lifetimeMs;
    return expiry > now ? expiry : undefined;
  }

  #mac(time: string): Buffer {
    return createHmac('sha256', this.#key).update(time).digest();
  }
}

/** Base64url of 32 bytes in its only spelling. */
const CANONICAL_MAC = /^[\w-]{42}[AEIMQUYcgkosw048]$/;
