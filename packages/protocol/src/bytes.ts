import { base64url } from 'jose';
import { SecureCallError } from './errors.ts';

/** Bytes over a plain ArrayBuffer: what WebCrypto accepts and postMessage can transfer. */
export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** UTF-8 bytes of `text`. */
export const utf8 = (text: string): Bytes => encoder.encode(text);

/** @throws {TypeError} when `bytes` is not UTF-8 */
export const fromUtf8 = (bytes: Uint8Array): string => decoder.decode(bytes);

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

/** Four bytes, big-endian. @throws {RangeError} when `value` is not a whole number below 2^32 */
export function u32(value: number): Bytes {
  // DataView would wrap, and two bindings would share one key.
  if (!Number.isInteger(value) || value < 0 || value > 0xffff_ffff)
    throw new RangeError('Not a 32-bit number.');
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value);
  return bytes;
}

/** `LP(x)` of the protocol: 2-byte big-endian length, then the UTF-8 bytes. */
export function lengthPrefixed(text: string): Bytes {
  const bytes = utf8(text);
  if (bytes.length > 0xffff)
    throw new SecureCallError('request_invalid', 'A name is longer than 65535 bytes.');
  return concat(Uint8Array.of(bytes.length >> 8, bytes.length & 0xff), bytes);
}

export const toBase64url = (bytes: Uint8Array): string => base64url.encode(bytes);

/** @throws {SecureCallError} `request_invalid` when `text` is not canonical base64url without padding */
export function fromBase64url(text: string): Bytes {
  const bytes = decodeBase64url(text);
  // Two spellings of the same bytes would let a record or an identifier exist twice.
  if (toBase64url(bytes) !== text) throw new SecureCallError('request_invalid', 'Not canonical base64url.');
  return bytes;
}

function decodeBase64url(text: string): Bytes {
  try {
    return new Uint8Array(base64url.decode(text));
  } catch (cause) {
    throw new SecureCallError('request_invalid', 'Not base64url.', { cause });
  }
}

/** RFC 4648 section 4, with padding. */
export const toBase64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));

/** Whether `text` is base64 with padding, in the only spelling of its bytes. */
export const isBase64 = (text: string): boolean => BASE64.test(text) && toBase64(fromBase64(text)) === text;

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** @param text - base64 with padding */
export const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), byte => byte.charCodeAt(0));

export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}

/** Base64url SHA-256 of `bytes`, or of the UTF-8 bytes of a string. */
export async function sha256Base64url(data: Bytes | string): Promise<string> {
  return toBase64url(await sha256(typeof data === 'string' ? utf8(data) : data));
}

export const randomBytes = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
