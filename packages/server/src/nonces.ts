import { fromBase64url, toBase64url, utf8 } from '@secure-call/protocol';
import type { KeyRing } from './service-secrets.ts';

const MAC_BYTES = 32;

/**
 * Nonces for proofs (RFC 9449 section 8): the time and its HMAC. Nothing is stored, so they survive a restart and are
 * good on every instance that shares the service key.
 */
export class Nonces {
  readonly #ring: KeyRing;
  readonly #lifetimeMs: number;

  /** @param ring - the first makes them, each is good */
  constructor(ring: KeyRing, lifetimeSeconds: number) {
    this.#ring = ring;
    this.#lifetimeMs = lifetimeSeconds * 1000;
  }

  /** @param now - milliseconds since the epoch */
  async issue(now: number): Promise<string> {
    const time = now.toString(36);
    return `${time}.${toBase64url(new Uint8Array(await crypto.subtle.sign('HMAC', this.#ring[0], utf8(time))))}`;
  }

  /** When the nonce stops being good, in milliseconds since the epoch; undefined when it is not good now. */
  async expiryOf(nonce: string, now: number): Promise<number | undefined> {
    const [time = '', mac = ''] = nonce.split('.');
    if (!/^[0-9a-z]{1,12}$/.test(time) || !/^[\w-]{43}$/.test(mac)) return undefined;
    if (!(await this.#isOurs(time, mac))) return undefined;
    const expiry = Number.parseInt(time, 36) + this.#lifetimeMs;
    return expiry > now ? expiry : undefined;
  }

  async #isOurs(time: string, mac: string): Promise<boolean> {
    const bytes = decoded(mac);
    if (bytes.length !== MAC_BYTES) return false;
    const checks = this.#ring.map(key => crypto.subtle.verify('HMAC', key, bytes, utf8(time)));
    return (await Promise.all(checks)).includes(true);
  }
}

function decoded(mac: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64url(mac);
  } catch {
    return new Uint8Array(0);
  }
}
