import {
  type Bytes,
  checkpointOrigin,
  concat,
  formatNoteVerifier,
  fromBase64,
  fromBase64url,
  type NoteSigner,
  type NoteVerifier,
  SecureCallError,
  toBase64url,
  utf8,
} from '@secure-call/protocol';
import { calculateJwkThumbprint, type JWK } from 'jose';
import { rotatingSecretsOf, type ServiceKeys } from './rotating-service-keys.ts';

/** RFC 8410 section 7: what stands before the 32 bytes of a private Ed25519 key in PKCS #8. */
const PKCS8_PREFIX = fromBase64('MC4CAQAwBQYDK2VwBCIEIA==');

/** Signs what is kept of a tenant's log outside the database, and tells what was signed so. */
export interface LogKeys {
  readonly signer: NoteSigner;
  /** The signer's own comes first. */
  readonly verifiers: readonly [NoteVerifier, ...NoteVerifier[]];
}

/**
 * The keys of a tenant's checkpoints, derived from the service's secrets like every other key of the service (RFC 5869): they are in
 * no database, and every service with the same configuration has them.
 * @throws {SecureCallError} `key_invalid`
 */
export async function logKeys(keys: ServiceKeys, publicUrl: string, tenant: string): Promise<LogKeys> {
  const name = checkpointOrigin(publicUrl, tenant);
  const [first, ...others] = rotatingSecretsOf(keys);
  const [own, ...further] = await Promise.all([first, ...others].map(signingPair));
  if (!own) throw new SecureCallError('key_invalid', 'There is no service key.');
  const verifiers = further.map(({ publicKey }) => ({ name, publicKey }));
  const signer = { name, ...own };
  return { signer, verifiers: [signer, ...verifiers] };
}

interface SigningPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: Bytes;
}

async function signingPair(secret: Bytes): Promise<SigningPair> {
  const seed = await deriveSeed(secret);
  const pkcs8 = concat(PKCS8_PREFIX, seed);
  const extractable = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const { x = '' } = await crypto.subtle.exportKey('jwk', extractable);
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  for (const bytes of [seed, pkcs8]) bytes.fill(0);
  return { privateKey, publicKey: fromBase64url(x) };
}

/** The public halves as JWKs (RFC 8037), the one in use first. @throws {SecureCallError} `key_invalid` */
export async function checkpointJwks(keys: ServiceKeys): Promise<JWK[]> {
  const pairs = await Promise.all(rotatingSecretsOf(keys).map(signingPair));
  return Promise.all(pairs.map(publicJwk));
}

async function publicJwk({ publicKey }: SigningPair): Promise<JWK> {
  const bare = { kty: 'OKP', crv: 'Ed25519', x: toBase64url(publicKey) };
  return { ...bare, kid: await calculateJwkThumbprint(bare), alg: 'EdDSA', use: 'sig' };
}

async function deriveSeed(secret: Bytes): Promise<Bytes> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const info = utf8('secure-call/1/service/checkpoint');
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info };
  return new Uint8Array(await crypto.subtle.deriveBits(hkdf, base, 256));
}

/** The lines by which an auditor recognises a tenant's checkpoints ("vkey"), that of the key in use first. @throws {SecureCallError} `key_invalid` */
export async function checkpointVerifiers(
  keys: ServiceKeys,
  publicUrl: string,
  tenant: string,
): Promise<string[]> {
  return Promise.all((await logKeys(keys, publicUrl, tenant)).verifiers.map(formatNoteVerifier));
}

/** The line of a service with one key. @throws {SecureCallError} `key_invalid` */
export const checkpointVerifier = async (
  serviceKey: JWK,
  publicUrl: string,
  tenant: string,
): Promise<string> => (await checkpointVerifiers({ serviceKey }, publicUrl, tenant))[0] ?? '';
