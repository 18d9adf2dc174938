import { importJWK, type JWK } from 'jose';
import { SecureCallError } from './errors.ts';

/** A private key that is ready to sign, with the name its public half is pinned under. */
export interface SigningKey {
  readonly kid: string;
  readonly key: CryptoKey;
}

/**
 * Takes a private ES256 JWK.
 * @throws {SecureCallError} `key_invalid` when it has no `kid` or is not such a key
 */
export async function importSigningKey(jwk: JWK): Promise<SigningKey> {
  if (typeof jwk.kid !== 'string' || jwk.kid === '') throw unusable('The signing key has no kid.');
  if (typeof jwk.d !== 'string') throw unusable('The signing key lacks its private half.');
  try {
    const key = await importJWK(jwk, 'ES256');
    if (!(key instanceof Uint8Array)) return { kid: jwk.kid, key };
  } catch (cause) {
    throw unusable('The signing key is not a P-256 key.', cause);
  }
  throw unusable('The signing key is not a P-256 key.');
}

const unusable = (message: string, cause?: unknown): SecureCallError =>
  new SecureCallError('key_invalid', message, { cause });
