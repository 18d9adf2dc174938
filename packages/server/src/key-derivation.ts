import { createCipheriv, createHmac, createSecretKey, type KeyObject } from 'node:crypto';

const FIRST_BLOCK = Uint8Array.of(1);

/** HKDF-Extract (RFC 5869 section 2.2): what many keys can be expanded from. */
export function extract(salt: Uint8Array, secret: Uint8Array): KeyObject {
  const bytes = createHmac('sha256', salt).update(secret).digest();
  const key = createSecretKey(bytes);
  bytes.fill(0);
  return key;
}

/** HKDF-Expand (RFC 5869 section 2.3) of 32 bytes, which are its first block. */
export const expand = (pseudorandomKey: KeyObject, info: Uint8Array): Buffer =>
  createHmac('sha256', pseudorandomKey).update(info).update(FIRST_BLOCK).digest();

/** RFC 3394 section 2.2.3.1. */
const WRAP_IV = Buffer.alloc(8, 0xa6);

/** Wraps a key of 32 bytes with another (RFC 3394). @returns 40 bytes, base64url; the same every time */
export function wrap(keyEncryptionKey: Uint8Array, key: Uint8Array): string {
  const cipher = createCipheriv('id-aes256-wrap', keyEncryptionKey, WRAP_IV);
  return Buffer.concat([cipher.update(key), cipher.final()]).toString('base64url');
}
