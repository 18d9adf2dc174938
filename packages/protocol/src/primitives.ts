import type { JWK } from 'jose';
import { type Bytes, fromBase64url, sha256Base64url, utf8 } from './bytes.ts';

/**
 * What a key service computes most: WebCrypto does it everywhere, but as a job of its own each time, which costs more than
 * hashing a record. A service on Node hands in what Node does at once.
 */
export interface Primitives {
  /** Base64url SHA-256 of `data`, or of the UTF-8 bytes of a string. */
  sha256Base64url(data: Bytes | string): string | Promise<string>;
  /**
   * Whether an ES256 signature (RFC 7518 section 3.4) holds; it never does under what is no key.
   * @param publicJwk - an EC key on P-256
   * @param signed - signing input of a JWS
   * @param signature - base64url, 64 bytes
   */
  es256Holds(publicJwk: JWK, signed: string, signature: string): boolean | Promise<boolean>;
}

/** By WebCrypto. */
export const webPrimitives: Primitives = { sha256Base64url, es256Holds };

async function es256Holds({ kty, crv, x, y }: JWK, signed: string, signature: string): Promise<boolean> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  try {
    const jwk = { kty, crv, x, y } as JsonWebKey;
    const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
    return await crypto.subtle.verify(algorithm, key, fromBase64url(signature), utf8(signed));
  } catch {
    return false;
  }
}
