import { compactVerify, decodeProtectedHeader, importJWK, type JWK } from 'jose';
import * as v from 'valibot';
import { fromUtf8 } from './bytes.ts';
import { SecureCallError, type SecureCallErrorCode } from './errors.ts';

/** Larger tokens are refused before anything is parsed. */
export const MAX_TOKEN_BYTES: number = 8 * 1024;

/**
 * A compact JWS with a 64-byte signature in its only spelling: decoders pass over spaces, padding and spare bits, and a
 * token with two spellings has two hashes.
 */
export const COMPACT_JWS = /^[\w-]+\.[\w-]+\.[\w-]{85}[AQgw]$/;

export type SignatureAlgorithm = 'ES256' | 'EdDSA';

/** A public key that is trusted for one algorithm. */
export interface PinnedKey {
  readonly kid: string;
  readonly alg: SignatureAlgorithm;
  readonly jwk: JWK;
}

const pinnedKeySchema = v.looseObject({
  kty: v.picklist(['EC', 'OKP']),
  kid: v.pipe(v.string(), v.minLength(1), v.maxLength(256)),
  alg: v.picklist(['ES256', 'EdDSA']),
});

/** Takes a public JWK with `kid` and `alg` as a pinned key. @throws {SecureCallError} `key_invalid` */
export function pinKey(jwk: JWK): PinnedKey {
  const parsed = v.safeParse(pinnedKeySchema, jwk);
  if (!parsed.success || jwk.d !== undefined) {
    throw new SecureCallError(
      'key_invalid',
      'A trusted key is a public JWK with kid and alg ES256 or EdDSA.',
    );
  }
  return { kid: parsed.output.kid, alg: parsed.output.alg, jwk };
}

const MAX_SET_KEYS = 64;
const keySetSchema = v.looseObject({
  keys: v.pipe(v.array(v.looseObject({ kty: v.string() })), v.maxLength(MAX_SET_KEYS)),
});

/**
 * Takes the signature keys of a JWK set (RFC 7517 section 5), or a single JWK. In a set `alg` may be missing, as the curve says it, and
 * keys of other kinds are passed over.
 * @throws {SecureCallError} `key_invalid` when nothing is left, a `kid` stands there twice, or a private half is in it
 */
export function pinKeySet(data: unknown): readonly PinnedKey[] {
  const set = v.safeParse(keySetSchema, data);
  // `pinKey` checks what it needs of it.
  if (!set.success) return [pinKey(data as JWK)];
  const keys: readonly JWK[] = set.output.keys;
  if (keys.some(({ d, k }) => d !== undefined || k !== undefined)) throw unusableSet('shows private keys');
  const pinned = keys.flatMap(signatureKey);
  if (pinned.length === 0) throw unusableSet('has no key for ES256 or EdDSA');
  if (new Set(pinned.map(({ kid }) => kid)).size !== pinned.length) throw unusableSet('names a key twice');
  return pinned;
}

function signatureKey({ use = 'sig', ...jwk }: JWK): PinnedKey[] {
  const alg = jwk.alg ?? algorithmOfCurve[`${jwk.kty} ${jwk.crv}`];
  const isFitting = use === 'sig' && jwk.kid !== undefined && (alg === 'ES256' || alg === 'EdDSA');
  return isFitting ? [pinKey({ ...jwk, alg })] : [];
}

const algorithmOfCurve: Readonly<Record<string, SignatureAlgorithm>> = {
  'EC P-256': 'ES256',
  'OKP Ed25519': 'EdDSA',
};

const unusableSet = (why: string): SecureCallError =>
  new SecureCallError('key_invalid', `The set of trusted keys ${why}.`);

// Headers that would let a token choose its own key, or cost work before it is trusted (RFC 8725 section 3).
const forbiddenHeaders = ['zip', 'p2c', 'p2s', 'jku', 'x5u', 'x5c', 'jwk', 'crit', 'b64'];

export interface PinnedJwsOptions {
  readonly typ: string;
  readonly keys: readonly PinnedKey[];
  /** The code of every refusal. */
  readonly code: SecureCallErrorCode;
  /** @default 8 KiB */
  readonly maxBytes?: number;
}

/**
 * Verifies a compact JWS with the pinned key its `kid` names, under that key's algorithm only.
 * @returns the payload's text
 * @throws {SecureCallError} with `options.code` for every kind of refusal
 */
export async function verifyPinnedJws(jws: string, options: PinnedJwsOptions): Promise<string> {
  const refuse = (why: string): SecureCallError =>
    new SecureCallError(options.code, `The ${options.typ} ${why}.`);
  if (jws.length > (options.maxBytes ?? MAX_TOKEN_BYTES)) throw refuse('is too large');
  if (!COMPACT_JWS.test(jws)) throw refuse('is malformed');
  const header = headerOf(jws);
  if (!header || header['typ'] !== options.typ) throw refuse('has the wrong type');
  if (forbiddenHeaders.some(name => name in header)) throw refuse('uses a header that is not allowed');
  const pinned = options.keys.find(key => key.kid === header['kid']);
  if (!pinned || header['alg'] !== pinned.alg) throw refuse('is not signed by a trusted key');
  try {
    const key = await importJWK(pinned.jwk, pinned.alg);
    const { payload } = await compactVerify(jws, key, { algorithms: [pinned.alg] });
    return fromUtf8(payload);
  } catch {
    throw refuse('has a signature that does not verify');
  }
}

function headerOf(jws: string): Record<string, unknown> | undefined {
  try {
    return { ...decodeProtectedHeader(jws) };
  } catch {
    return undefined;
  }
}
