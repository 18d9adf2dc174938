import { type Bytes, concat, lengthPrefixed, randomBytes, u32, utf8 } from './bytes.ts';
import { SecureCallError } from './errors.ts';
import { type CallId, callIdBytes } from './identifiers.ts';

/** 0 = the track has no variants, 1 = A, 2 = B. */
export type Variant = 0 | 1 | 2;

/** Where one segment belongs. Every field is bound into its key, so a segment opens nowhere else. */
export interface SegmentBinding {
  readonly tenant: string;
  readonly call: CallId;
  /** Revision of the packaging, from 1. */
  readonly rev: number;
  readonly track: string;
  readonly variant: Variant;
  /** 0 = init segment, media from 1. */
  readonly index: number;
  /** Highest index of the track plus 1: a list cut short opens nothing. */
  readonly total: number;
}

const IV_BYTES = 16;
const TAG_BYTES = 16;

/** What sealing adds to a plaintext, in bytes. */
export const SEAL_OVERHEAD_BYTES: number = IV_BYTES + TAG_BYTES;

/** Imports the 32 bytes of a call key for deriving segment keys. @throws {SecureCallError} `key_invalid` */
export async function importCallKey(callKey: Bytes): Promise<CryptoKey> {
  if (callKey.length !== 32) throw new SecureCallError('key_invalid', 'A call key has 32 bytes.');
  return crypto.subtle.importKey('raw', callKey, 'HKDF', false, ['deriveKey']);
}

/** The HKDF `info` of a segment key. The AES-256-GCM form of HLS has no AAD, so all binding is here. */
export function segmentInfo(binding: SegmentBinding): Bytes {
  return concat(
    utf8('secure-call/1/segment'),
    Uint8Array.of(0),
    lengthPrefixed(binding.tenant),
    callIdBytes(binding.call),
    u32(binding.rev),
    lengthPrefixed(binding.track),
    Uint8Array.of(binding.variant),
    u32(binding.index),
    u32(binding.total),
  );
}

/**
 * Derives the AES-256-GCM key of one segment (RFC 5869, empty salt).
 * @param extractable - true only where the key is wrapped for a lease
 */
export function deriveSegmentKey(
  callKey: CryptoKey,
  binding: SegmentBinding,
  extractable = false,
): Promise<CryptoKey> {
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info: segmentInfo(binding) },
    callKey,
    { name: 'AES-GCM', length: 256 },
    extractable,
    ['encrypt', 'decrypt'],
  );
}

/** `IV ‖ ciphertext ‖ tag`: METHOD=AES-256-GCM of draft-pantos-hls-rfc8216bis. One message per key. */
export async function sealSegment(
  key: CryptoKey,
  plaintext: Bytes,
  iv: Bytes = randomBytes(IV_BYTES),
): Promise<Bytes> {
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv, tagLength: 128 }, key, plaintext);
  return concat(iv, new Uint8Array(sealed));
}

/** @throws {SecureCallError} `integrity_failed` when the segment is not what was sealed under this key */
export async function openSegment(key: CryptoKey, stored: Bytes): Promise<Bytes> {
  const iv = stored.subarray(0, IV_BYTES);
  try {
    const plaintext = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv, tagLength: 128 },
      key,
      stored.subarray(IV_BYTES),
    );
    return new Uint8Array(plaintext);
  } catch {
    throw damaged();
  }
}

const damaged = (): SecureCallError =>
  new SecureCallError('integrity_failed', 'Part of this recording is not what was sealed.');
