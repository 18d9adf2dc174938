import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import * as v from 'valibot';
import { SecureCallError } from './errors.ts';
import { randomBytes, toBase64url } from './bytes.ts';

/** archive: call keys are sealed to it. packager, issuer, auditor: they sign. service: signs and seals for the key service. */
export type KeyKind = 'archive' | 'packager' | 'issuer' | 'auditor' | 'service';

/** A key as it stands in a file. */
export interface KeyPair {
  readonly kind: KeyKind;
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
}

/** Generates a key pair: ECDH-ES+A256KW on P-256 for `archive`, ES256 for the others. */
export async function generateKey(kind: KeyKind): Promise<KeyPair> {
  const alg = kind === 'archive' ? 'ECDH-ES+A256KW' : 'ES256';
  const pair = await generateKeyPair(alg, { crv: 'P-256', extractable: true });
  const bare = await exportJWK(pair.publicKey);
  const publicJwk = {
    ...bare,
    kid: await calculateJwkThumbprint(bare),
    alg,
    use: kind === 'archive' ? 'enc' : 'sig',
  };
  const { d } = await exportJWK(pair.privateKey);
  if (d === undefined) throw new SecureCallError('key_invalid', 'The key could not be generated.');
  // `k` is the service's own secret for nonces and sealed session keys; the other kinds have none.
  const secret = kind === 'service' ? { k: toBase64url(randomBytes(32)) } : {};
  return { kind, publicJwk, privateJwk: { ...publicJwk, d, ...secret } };
}

const keyFields = {
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  x: v.string(),
  y: v.string(),
  kid: v.string(),
};
const keySchemas = {
  archive: v.looseObject({ ...keyFields, alg: v.literal('ECDH-ES+A256KW') }),
  signing: v.looseObject({ ...keyFields, alg: v.literal('ES256') }),
};

/**
 * Checks that parsed JSON is a key of the kind that is needed.
 * @throws {SecureCallError} `key_invalid`, in words, with nothing of the key
 */
export function readKey(data: unknown, kind: KeyKind, part: 'public' | 'private'): JWK {
  const schema = kind === 'archive' ? keySchemas.archive : keySchemas.signing;
  const parsed = v.safeParse(schema, data);
  if (!parsed.success) throw new SecureCallError('key_invalid', `This is not ${article(kind)} key.`);
  const jwk: JWK = parsed.output;
  if (part === 'private' && typeof jwk.d !== 'string') {
    throw new SecureCallError(
      'key_invalid',
      `This is the public half of ${article(kind)} key; the private half is needed.`,
    );
  }
  if (kind === 'service' && part === 'private' && typeof jwk.k !== 'string') {
    throw new SecureCallError(
      'key_invalid',
      'This key has no service secret; make one with "keygen service".',
    );
  }
  if (part === 'private') return jwk;
  const { d: _d, k: _k, ...publicJwk } = jwk;
  return publicJwk;
}

const article = (kind: KeyKind): string => (/^[ai]/.test(kind) ? `an ${kind}` : `a ${kind}`);
