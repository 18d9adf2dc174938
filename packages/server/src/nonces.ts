import { fromBase64url, toBase64url, utf8 } from '@secure-call/protocol';

const MAC_BYTES = 32;

/**
 * Nonces for proofs (RFC 9449 section 8): the time and its HMAC. Nothing is stored, so they survive a restart and are
 * good on every instance that shares the service key.
 */
export class Nonces {
  readonly #key: CryptoKey;
  readonly #lifetimeMs: number;

  constructor(key: CryptoKey, lifetimeSeconds: number) {
    this.#key = key;
    this.#lifetimeMs = lifetimeSeconds * 1000;
  }

  /** @param now - milliseconds since the epoch */
  async issue(now: number): Promise<string> {
    const time = now.toString(36);
    return `${time}.${toBase64url(new Uint8Array(await crypto.subtle.sign('HMAC', this.#key, utf8(time))))}`;
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
    return bytes.length === MAC_BYTES && crypto.subtle.verify('HMAC', this.#key, bytes, utf8(time));
  }
}

function decoded(mac: string): Uint8Array<ArrayBuffer> {
  try {
    return fromBase64url(mac);
  } catch {
    return new Uint8Array(0);
  }
}
