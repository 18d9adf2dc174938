import { createHmac, KeyObject, timingSafeEqual } from 'node:crypto';
import type { KeyRing } from './service-secrets.ts';

/**
 * Nonces for proofs (RFC 9449 section 8): the time and its HMAC. Nothing is stored, so they survive a restart and are
 * good on every instance that shares the service key.
 */
export class Nonces {
  readonly #ring: readonly [KeyObject, ...KeyObject[]];
  readonly #lifetimeMs: number;
  #latest = { now: Number.NaN, nonce: '' };

  /** @param ring - the first makes them, each is good */
  constructor(ring: KeyRing, lifetimeSeconds: number) {
    const [first, ...others] = ring;
    this.#ring = [KeyObject.from(first), ...others.map(key => KeyObject.from(key))];
    this.#lifetimeMs = lifetimeSeconds * 1000;
  }

  /** @param now - milliseconds since the epoch */
  issue(now: number): string {
    if (now !== this.#latest.now) {
      const time = now.toString(36);
      this.#latest = { now, nonce: `${time}.${macOf(this.#ring[0], time)}` };
    }
    return this.#latest.nonce;
  }

  /** When the nonce stops being good, in milliseconds since the epoch; undefined when it is not good now. */
  expiryOf(nonce: string, now: number): number | undefined {
    const [time = '', mac = ''] = nonce.split('.');
    const given = Buffer.from(mac);
    if (given.length !== MAC_LENGTH) return undefined;
    if (!this.#ring.some(key => timingSafeEqual(given, Buffer.from(macOf(key, time))))) return undefined;
    // A time that was issued here, as its MAC says.
    const expiry = Number.parseInt(time, 36) + this.#lifetimeMs;
    return expiry > now ? expiry : undefined;
  }
}

/** Base64url of 32 bytes, in its only spelling. */
const MAC_LENGTH = 43;

const macOf = (key: KeyObject, time: string): string =>
  createHmac('sha256', key).update(time).digest('base64url');
