import { createHmac, KeyObject } from 'node:crypto';
import {
  type Bytes,
  concat,
  fromBase64url,
  lengthPrefixed,
  readKey,
  SecureCallError,
  toBase64url,
  utf8,
} from '@secure-call/protocol';
import type { JWK } from 'jose';

/** Keys for one purpose: the first is used, the others are still, or already, good for what they made. */
export type KeyRing = readonly [CryptoKey, ...CryptoKey[]];

/** The service's own keys, each derived from its one secret for one purpose. */
export interface ServiceSecrets {
  /** HMAC: nonces. */
  readonly nonce: KeyRing;
  /** AES-256-GCM: private halves of session keys at rest. */
  readonly sealing: KeyRing;
  /** HMAC: patients' pseudonyms in the record. */
  readonly patient: CryptoKey;
  /** HMAC: keys of the real-time watermark. */
  readonly watermark: CryptoKey;
  /** HMAC: listeners' codes in the forensic watermark. */
  readonly code: CryptoKey;
  /** HMAC: which accesses are reviewed as a sample. */
  readonly sample: CryptoKey;
}

/** The secret `k` of a service key. @throws {SecureCallError} `key_invalid` */
export function serviceSecretOf(serviceKey: JWK): Bytes {
  const secret = fromBase64url(readKey(serviceKey, 'service', 'private').k ?? '');
  if (secret.length < 32) throw new SecureCallError('key_invalid', 'The service secret is too short.');
  return secret;
}

/**
 * Derives the service's keys (RFC 5869).
 * @param secret - at least 32 random bytes; what the record and the watermarks are worked out with for ever
 * @param rotating - likewise; of the keys that sessions live with
 */
export async function deriveServiceSecrets(
  secret: Bytes,
  rotating: readonly [Bytes, ...Bytes[]] = [secret],
): Promise<ServiceSecrets> {
  const base = await hkdfKey(secret);
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 };
  const [patient, watermark, code, sample] = await Promise.all([
    derive(base, 'patient', hmac, ['sign']),
    derive(base, 'watermark', hmac, ['sign']),
    derive(base, 'code', hmac, ['sign']),
    derive(base, 'sample', hmac, ['sign']),
  ]);
  const ring = async (purpose: string, algorithm: KeyAlgorithm, usages: KeyUsage[]): Promise<KeyRing> => {
    const [first, ...others] = rotating;
    const made = async (one: Bytes): Promise<CryptoKey> =>
      derive(await hkdfKey(one), purpose, algorithm, usages);
    return [await made(first), ...(await Promise.all(others.map(made)))];
  };
  return {
    nonce: await ring('nonce', hmac, ['sign', 'verify']),
    sealing: await ring('sealing', { name: 'AES-GCM', length: 256 }, ['encrypt', 'decrypt']),
    patient,
    watermark,
    code,
    sample,
  };
}

type KeyAlgorithm = { readonly name: string; readonly length: number };

const hkdfKey = (secret: Bytes): Promise<CryptoKey> =>
  crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);

function derive(
  base: CryptoKey,
  purpose: string,
  algorithm: KeyAlgorithm,
  usages: KeyUsage[],
): Promise<CryptoKey> {
  const info = utf8(`secure-call/1/service/${purpose}`);
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info };
  return crypto.subtle.deriveKey(hkdf, base, algorithm, false, usages);
}

/** HMAC-SHA256 over length-prefixed fields, so that no two lists of fields are the same bytes. */
export async function keyedHash(key: CryptoKey, ...fields: readonly string[]): Promise<Bytes> {
  const hmac = createHmac('sha256', KeyObject.from(key));
  return new Uint8Array(hmac.update(concat(...fields.map(lengthPrefixed))).digest());
}

/** `keyedHash` as base64url. */
export async function keyedHashText(key: CryptoKey, ...fields: readonly string[]): Promise<string> {
  return toBase64url(await keyedHash(key, ...fields));
}

const IV_BYTES = 12;

/**
 * Seals bytes for the database.
 * @param owner - what the bytes belong to; they open nowhere else
 */
export async function sealForStore([key]: KeyRing, owner: string, bytes: Bytes): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(owner) };
  return toBase64url(concat(iv, new Uint8Array(await crypto.subtle.encrypt(algorithm, key, bytes))));
}

/**
 * Opens what `sealForStore` sealed with any key of the ring.
 * @throws when it was sealed under another key or for another owner
 */
export async function openFromStore(ring: KeyRing, owner: string, sealed: string): Promise<Bytes> {
  const bytes = fromBase64url(sealed);
  const algorithm = { name: 'AES-GCM', iv: bytes.subarray(0, IV_BYTES), additionalData: utf8(owner) };
  const attempts = ring.map(key => crypto.subtle.decrypt(algorithm, key, bytes.subarray(IV_BYTES)));
  return new Uint8Array(await Promise.any(attempts));
}
