import { compactDecrypt, decodeProtectedHeader, type JWK } from 'jose';
import * as v from 'valibot';
import { type Bytes, fromBase64url, fromUtf8 } from './bytes.ts';
import { SecureCallError } from './errors.ts';
import { callIdSchema, digestSchema } from './identifiers.ts';
import { parseJson } from './parse.ts';

/** A set opens recordings for at most this long. */
export const MAX_KEY_SET_SECONDS = 300;
/** More text than any window of keys needs. */
export const MAX_KEY_SET_BYTES: number = 256 * 1024;

/** How the host's backend seals key sets; which one is the player's choice, never the header's. */
export type KeySetAlgorithm = 'ECDH-ES+A256KW' | 'RSA-OAEP-256';

/** RFC 7517 section 4. */
export type PublicJwk = JWK;

/** The player's key of one session, to which sets are sealed. */
export interface KeySetRecipient {
  /** Not extractable. */
  readonly privateKey: CryptoKey;
  readonly publicJwk: PublicJwk;
}

/** Generates an ephemeral key pair; RSA (3072 bits) takes a moment. */
export async function generateKeySetRecipient(algorithm: KeySetAlgorithm): Promise<KeySetRecipient> {
  const { subtle } = crypto;
  const pair =
    algorithm === 'RSA-OAEP-256'
      ? await subtle.generateKey(
          {
            name: 'RSA-OAEP',
            modulusLength: 3072,
            publicExponent: Uint8Array.of(1, 0, 1),
            hash: 'SHA-256',
          },
          false,
          ['encrypt', 'decrypt'],
        )
      : await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, ['deriveBits']);
  const { kty, crv, x, y, n, e } = await subtle.exportKey('jwk', pair.publicKey);
  const members = Object.entries({ kty, crv, x, y, n, e }).filter(([, value]) => value !== undefined);
  return {
    privateKey: pair.privateKey,
    publicJwk: { kty: 'EC', ...Object.fromEntries(members), use: 'enc', alg: algorithm },
  };
}

/** What the keys of a set are for. */
export interface ContentKeyKind {
  readonly name: 'AES-GCM' | 'AES-CBC';
  readonly bytes: 16 | 32;
}

/** Segment keys of a package. */
export const SEGMENT_KEYS: ContentKeyKind = { name: 'AES-GCM', bytes: 32 };
/** Keys of plain HLS with METHOD=AES-128. */
export const HLS_KEYS: ContentKeyKind = { name: 'AES-CBC', bytes: 16 };

const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(2 ** 32));

const keySchema = v.looseObject({
  kty: v.literal('oct'),
  kid: v.pipe(v.string(), v.minLength(1), v.maxLength(4096)),
  k: v.pipe(v.string(), v.maxLength(64)),
});

/** Content of a key set: the JWE's plaintext. */
const keySetSchema = v.strictObject({
  /** Present, and the manifest's, where the recording is a package. */
  call: v.exactOptional(callIdSchema),
  rev: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(0xffff_ffff))),
  /** Thumbprint of the player's device key, as it was given to the backend. */
  jkt: digestSchema,
  iat: seconds,
  exp: seconds,
  /** RFC 7517 section 5. */
  keys: v.looseObject({ keys: v.pipe(v.array(keySchema), v.maxLength(4096)) }),
});

type KeySetContent = v.InferOutput<typeof keySetSchema>;

export interface KeySetExpectation {
  readonly algorithm: KeySetAlgorithm;
  /** The private half of the player's ephemeral key. */
  readonly privateKey: CryptoKey;
  readonly jkt: string;
  readonly kind: ContentKeyKind;
  /** The keys that were asked for; others in the set are not taken in. */
  readonly keyIds: readonly string[];
  /** The package's; absent for plain HLS. */
  readonly binding?: { readonly call: string; readonly rev: number };
}

/** Keys for the next seconds, ready to decrypt and nothing else. */
export interface OpenedKeySet {
  /** By key id; not extractable. */
  readonly keys: ReadonlyMap<string, CryptoKey>;
  /** Seconds since the epoch by the backend's clock. */
  readonly iat: number;
  readonly exp: number;
}

/**
 * Opens the JWE a host's backend answered with. Its bytes are imported at once and overwritten.
 * @throws {SecureCallError} `authorize_failed` for everything that is not a set of the keys that were asked for
 */
export async function openKeySet(jwe: string, expected: KeySetExpectation): Promise<OpenedKeySet> {
  assertHeader(jwe, expected.algorithm);
  const plaintext = await decrypt(jwe, expected);
  try {
    const content = parseJson(keySetSchema, textOf(plaintext), 'key set', 'authorize_failed');
    assertMeant(content, expected);
    const { iat, exp } = content;
    return { keys: await importKeys(content, expected), iat, exp };
  } finally {
    plaintext.fill(0);
  }
}

const allowedHeaders = new Set(['alg', 'enc', 'epk', 'apu', 'apv', 'kid', 'typ', 'cty']);

/** Nothing is computed for a token that is too large, compressed, or sealed in another way than was asked for. */
function assertHeader(jwe: string, algorithm: KeySetAlgorithm): void {
  if (jwe.length > MAX_KEY_SET_BYTES) throw unusable('is too large');
  const header = headerOf(jwe);
  if (header['alg'] !== algorithm || header['enc'] !== 'A256GCM')
    throw unusable('is sealed by an algorithm that was not asked for');
  if (!Object.keys(header).every(name => allowedHeaders.has(name)))
    throw unusable('uses a header that is not allowed');
}

function headerOf(jwe: string): Record<string, unknown> {
  try {
    return { ...decodeProtectedHeader(jwe) };
  } catch {
    throw unusable('is malformed');
  }
}

async function decrypt(jwe: string, { algorithm, privateKey }: KeySetExpectation): Promise<Uint8Array> {
  try {
    const { plaintext } = await compactDecrypt(jwe, privateKey, {
      keyManagementAlgorithms: [algorithm],
      contentEncryptionAlgorithms: ['A256GCM'],
    });
    return plaintext;
  } catch {
    throw unusable('was not sealed to this player');
  }
}

function textOf(plaintext: Uint8Array): string {
  try {
    return fromUtf8(plaintext);
  } catch {
    throw unusable('is malformed');
  }
}

function assertMeant(content: KeySetContent, { jkt, binding }: KeySetExpectation): void {
  if (content.jkt !== jkt) throw unusable('was made for another player');
  if (binding && (content.call !== binding.call || content.rev !== binding.rev))
    throw unusable('belongs to another call');
  if (content.exp <= content.iat) throw unusable('has expired');
  if (content.exp - content.iat > MAX_KEY_SET_SECONDS) throw unusable('lives longer than it may');
}

async function importKeys(
  { keys: { keys } }: KeySetContent,
  { keyIds, kind }: KeySetExpectation,
): Promise<ReadonlyMap<string, CryptoKey>> {
  const given = new Map(keys.map(({ kid, k }) => [kid, k]));
  if (given.size !== keys.length) throw unusable('names a key twice');
  const imported = keyIds.map(async (id): Promise<[string, CryptoKey]> => {
    const k = given.get(id);
    if (k === undefined) throw unusable('lacks a key that was asked for');
    return [id, await importKey(k, kind)];
  });
  return new Map(await Promise.all(imported));
}

async function importKey(k: string, { name, bytes }: ContentKeyKind): Promise<CryptoKey> {
  const raw = keyBytes(k);
  try {
    if (raw.length !== bytes) throw unusable('holds a key of the wrong length');
    return await crypto.subtle.importKey('raw', raw, name, false, ['decrypt']);
  } finally {
    raw.fill(0);
  }
}

function keyBytes(k: string): Bytes {
  try {
    return fromBase64url(k);
  } catch {
    throw unusable('holds a key that is malformed');
  }
}

const unusable = (why: string): SecureCallError =>
  new SecureCallError('authorize_failed', `The key set ${why}.`);
