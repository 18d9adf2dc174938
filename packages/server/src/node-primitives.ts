import { createHash, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import type { Primitives } from '@secure-call/protocol';
import type { JWK } from 'jose';
import { BoundedMap } from './bounded-map.ts';

/** Device keys of as many sessions. */
const MAX_KEYS = 4096;

/**
 * The protocol's primitives by `node:crypto`, at once. Keys are kept as soon as a signature held under them: taking one from
 * its JWK costs as much as a verification, and rubbish must not push good ones out.
 */
export class NodePrimitives implements Primitives {
  readonly #keys = new BoundedMap<string, KeyObject>(MAX_KEYS);

  sha256Base64url(data: Uint8Array | string): string {
    return createHash('sha256').update(data).digest('base64url');
  }

  es256Holds(publicJwk: JWK, signed: string, signature: string): boolean {
    // Of P-256 there is one key to a point.
    const point = `${publicJwk.x}.${publicJwk.y}`;
    const key = this.#keys.get(point) ?? p256Key(publicJwk);
    if (!key) return false;
    const how = { key, dsaEncoding: 'ieee-p1363' } as const;
    const holds = verify('sha256', Buffer.from(signed), how, Buffer.from(signature, 'base64url'));
    if (holds) this.#keys.set(point, key);
    return holds;
  }
}

/** @returns undefined when it is no point of P-256 */
function p256Key({ kty, crv, x, y }: JWK): KeyObject | undefined {
  if (kty !== 'EC' || crv !== 'P-256') return undefined;
  try {
    return createPublicKey({ key: { kty, crv, x, y } as JsonWebKey, format: 'jwk' });
  } catch {
    return undefined;
  }
}
