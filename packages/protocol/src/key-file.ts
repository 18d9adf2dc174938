import { calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';
import * as v from 'valibot';
import { SecureCallError } from './errors.ts';
import { fromBase64url, randomBytes, toBase64url } from './bytes.ts';

/** archive: call keys are sealed to it. packager, issuer, auditor: they sign. service: what the key service derives its own keys from. */
export type KeyKind = 'archive' | 'packager' | 'issuer' | 'auditor' | 'service';

/** A key as it stands in a file. */
export interface KeyPair {
  readonly kind: KeyKind;
  readonly privateJwk: JWK;
  readonly publicJwk: JWK;
}

/** How call keys are sealed: to a key file, or to a key that an HSM or a KMS can hold. */
export type ArchiveAlgorithm = 'ECDH-ES+A256KW' | 'RSA-OAEP-256';

/** @returns undefined for anything else, `RSA-OAEP` (SHA-1) and `RSA1_5` among it */
export const asArchiveAlgorithm = (alg: unknown): ArchiveAlgorithm | undefined =>
  alg === 'ECDH-ES+A256KW' || alg === 'RSA-OAEP-256' ? alg : undefined;

/** NIST SP 800-57 part 1, table 2: 128 bits of strength. */
const RSA_BITS = 3072;
const MIN_RSA_BITS = 2048;
/** Larger ones only cost time. */
const MAX_RSA_BITS = 8192;

/**
 * Generates a key pair: on P-256, or with `RSA-OAEP-256` of 3072 bits. Keys other than `archive` are ES256.
 * @param archiveAlgorithm - counts for `archive` only
 */
export async function generateKey(
  kind: KeyKind,
  archiveAlgorithm: ArchiveAlgorithm = 'ECDH-ES+A256KW',
): Promise<KeyPair> {
  const alg = kind === 'archive' ? archiveAlgorithm : 'ES256';
  const size = alg === 'RSA-OAEP-256' ? { modulusLength: RSA_BITS } : { crv: 'P-256' };
  const pair = await generateKeyPair(alg, { ...size, extractable: true });
  const bare = await exportJWK(pair.publicKey);
  const names = {
    kid: await calculateJwkThumbprint(bare),
    alg,
    use: kind === 'archive' ? 'enc' : 'sig',
  };
  // `k` is the service's own secret for nonces and sealed session keys; the other kinds have none.
  const secret = kind === 'service' ? { k: toBase64url(randomBytes(32)) } : {};
  return {
    kind,
    publicJwk: { ...bare, ...names },
    privateJwk: { ...(await exportJWK(pair.privateKey)), ...names, ...secret },
  };
}

/**
 * Names an RSA public key from elsewhere, so that it can be sealed to.
 * @param bare - JWK with `kty`, `n` and `e`
 * @throws {SecureCallError} `key_invalid`
 */
export async function asArchiveKey(bare: JWK): Promise<JWK> {
  const kid = await calculateJwkThumbprint(bare);
  return readKey({ ...bare, kid, alg: 'RSA-OAEP-256', use: 'enc' }, 'archive', 'public');
}

const curveFields = {
  kty: v.literal('EC'),
  crv: v.literal('P-256'),
  x: v.string(),
  y: v.string(),
  kid: v.string(),
};
const signingSchema = v.looseObject({ ...curveFields, alg: v.literal('ES256') });
const archiveSchema = v.variant('kty', [
  v.looseObject({ ...curveFields, alg: v.literal('ECDH-ES+A256KW') }),
  v.looseObject({
    kty: v.literal('RSA'),
    n: v.string(),
    e: v.string(),
    kid: v.string(),
    alg: v.literal('RSA-OAEP-256'),
  }),
]);

/**
 * Checks that parsed JSON is a key of the kind that is needed.
 * @throws {SecureCallError} `key_invalid`, in words, with nothing of the key
 */
export function readKey(data: unknown, kind: KeyKind, part: 'public' | 'private'): JWK {
  const parsed = v.safeParse(kind === 'archive' ? archiveSchema : signingSchema, data);
  if (!parsed.success) throw new SecureCallError('key_invalid', `This is not ${article(kind)} key.`);
  const jwk: JWK = parsed.output;
  if (jwk.kty === 'RSA') checkModulus(jwk);
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
  return part === 'private' ? jwk : withoutSecrets(jwk);
}

function checkModulus({ n = '' }: JWK): void {
  const bits = bitLength(n);
  if (bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS) return;
  throw new SecureCallError(
    'key_invalid',
    `An RSA archive key has ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits, this one has ${bits}.`,
  );
}

/** Bits of a number in base64url; 0 when it is not base64url. */
function bitLength(number: string): number {
  try {
    const bytes = fromBase64url(number);
    const first = bytes.findIndex(byte => byte !== 0);
    return first === -1 ? 0 : (bytes.length - first) * 8 - (Math.clz32(bytes[first] ?? 0) - 24);
  } catch {
    return 0;
  }
}

/** RFC 7518 sections 6.2.2, 6.3.2 and 6.4: every member that is private. */
function withoutSecrets({
  d: _d,
  p: _p,
  q: _q,
  dp: _dp,
  dq: _dq,
  qi: _qi,
  oth: _oth,
  k: _k,
  ...publicJwk
}: JWK): JWK {
  return publicJwk;
}

const article = (kind: KeyKind): string => (/^[ai]/.test(kind) ? `an ${kind}` : `a ${kind}`);
