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

/** The service's own keys, each derived from its one secret for one purpose. */
export interface ServiceSecrets {
  /** HMAC: nonces. */
  readonly nonce: CryptoKey;
  /** AES-256-GCM: private halves of session keys at rest. */
  readonly sealing: CryptoKey;
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

/** Derives the service's keys (RFC 5869). @param secret - at least 32 random bytes */
export async function deriveServiceSecrets(secret: Bytes): Promise<ServiceSecrets> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 };
  const [nonce, sealing, patient, watermark, code, sample] = await Promise.all([
    derive(base, 'nonce', hmac, ['sign', 'verify']),
    derive(base, 'sealing', { name: 'AES-GCM', length: 256 }, ['encrypt', 'decrypt']),
    derive(base, 'patient', hmac, ['sign']),
    derive(base, 'watermark', hmac, ['sign']),
    derive(base, 'code', hmac, ['sign']),
    derive(base, 'sample', hmac, ['sign']),
  ]);
  return { nonce, sealing, patient, watermark, code, sample };
}

function derive(
  base: CryptoKey,
  purpose: string,
  algorithm: { readonly name: string; readonly length: number },
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
export async function sealForStore(key: CryptoKey, owner: string, bytes: Bytes): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const algorithm = { name: 'AES-GCM', iv, additionalData: utf8(owner) };
  return toBase64url(concat(iv, new Uint8Array(await crypto.subtle.encrypt(algorithm, key, bytes))));
}

/** Opens what `sealForStore` sealed. @throws when it was sealed under another key or for another owner */
export async function openFromStore(key: CryptoKey, owner: string, sealed: string): Promise<Bytes> {
  const bytes = fromBase64url(sealed);
  const algorithm = { name: 'AES-GCM', iv: bytes.subarray(0, IV_BYTES), additionalData: utf8(owner) };
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, bytes.subarray(IV_BYTES)));
}
