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

  es256Holds({ kty, crv, x, y }: JWK, signed: string, signature: string): boolean {
    // Of P-256 there is one key to a point.
    const point = `${x}.${y}`;
    try {
      const key =
        this.#keys.get(point) ?? createPublicKey({ key: { kty, crv, x, y } as JsonWebKey, format: 'jwk' });
      if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') return false;
      const how = { key, dsaEncoding: 'ieee-p1363' } as const;
      const holds = verify('sha256', Buffer.from(signed), how, Buffer.from(signature, 'base64url'));
      if (holds) this.#keys.set(point, key);
      return holds;
    } catch {
      return false;
    }
  }
}
