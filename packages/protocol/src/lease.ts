import * as v from 'valibot';
import { type Bytes, concat, fromBase64url, lengthPrefixed, sha256, toBase64url, utf8 } from './bytes.ts';
import { SecureCallError } from './errors.ts';
import { base64urlBytes, nameSchema, type SessionId } from './identifiers.ts';
import type { SegmentBinding } from './segment-cipher.ts';

/** An uncompressed P-256 point (SEC 1 section 2.3.3), base64url. */
export const ecdhPointSchema: v.GenericSchema<string> = base64urlBytes(65);

const trackSchema = v.picklist(['audio', 'peaks', 'transcript', 'details']);
const count = v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(0xffff_ffff));
const seconds = v.pipe(v.number(), v.minValue(0), v.maxValue(2 ** 32));

const wrappedKeySchema = v.strictObject({
  track: trackSchema,
  index: count,
  variant: v.picklist([0, 1, 2]),
  /** AES-KW of the segment key: 40 bytes, base64url. */
  wrapped: base64urlBytes(40),
});

export type WrappedKey = v.InferOutput<typeof wrappedKeySchema>;

const leaseEntries = {
  leaseSeq: count,
  /** Seconds of the recording these keys open, from the first segment's start to the last one's end. */
  from: seconds,
  to: seconds,
  keys: v.pipe(v.array(wrappedKeySchema), v.maxLength(8192)),
  /** Wall time after which the player falls silent unless the service has answered again. */
  useForSeconds: v.pipe(v.number(), v.minValue(1), v.maxValue(600)),
};

/** Keys for the next seconds, and what the player may do with them. */
export const leaseSchema = v.strictObject(leaseEntries);
export type Lease = v.InferOutput<typeof leaseSchema>;

export const leaseRequestSchema = v.strictObject({
  /** From 1; 0 is the lease in the session answer. */
  leaseSeq: v.pipe(count, v.minValue(1)),
  from: seconds,
  /** Data tracks are released whole; an empty list renews the permission to play what is unlocked. @default ['audio'] */
  tracks: v.exactOptional(v.pipe(v.array(trackSchema), v.maxLength(4))),
  /** Compact JWS of the access events that are not acknowledged yet, oldest first. */
  events: v.pipe(v.array(v.pipe(v.string(), v.maxLength(8192))), v.maxLength(256)),
});
export type LeaseRequest = v.InferOutput<typeof leaseRequestSchema>;

export const leaseAnswerSchema = v.strictObject({
  ...leaseEntries,
  /** Number of the last acknowledged event; 0 = none. */
  ack: count,
  epoch: count,
  nonce: nameSchema,
  /** Milliseconds since the epoch. */
  serverTime: v.number(),
});
export type LeaseAnswer = v.InferOutput<typeof leaseAnswerSchema>;

/** What the key-encryption key of a lease is bound to. */
export interface LeaseBinding extends Pick<SegmentBinding, 'tenant' | 'call' | 'rev'> {
  readonly sid: SessionId;
  readonly leaseSeq: number;
  /** Thumbprint of the device's signing key. */
  readonly jkt: string;
}

/** The HKDF `info` of a lease's key-encryption key. */
export function leaseInfo({ tenant, sid, call, rev, leaseSeq, jkt }: LeaseBinding): Bytes {
  const fields = [tenant, sid, call, String(rev), String(leaseSeq), jkt];
  return concat(utf8('secure-call/1/lease'), Uint8Array.of(0), ...fields.map(lengthPrefixed));
}

/** One end of a session's key agreement; the private half stays in WebCrypto on the browser's side. */
export interface EcdhKey {
  readonly privateKey: CryptoKey;
  /** Uncompressed point, base64url. */
  readonly publicPoint: string;
}

/** @param extractable - true only for the service, which stores its half sealed */
export async function generateEcdhKey(extractable = false): Promise<EcdhKey> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, extractable, [
    'deriveKey',
  ]);
  const point = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  return { privateKey: pair.privateKey, publicPoint: toBase64url(point) };
}

/** Both public points of a session, in protocol order. */
export interface EcdhPoints {
  /** The service's. */
  readonly epk: string;
  /** The device's. */
  readonly device: string;
}

/**
 * Agrees on the session's secret: ECDH straight into an HKDF key, so no secret byte is visible to JavaScript.
 * @throws {SecureCallError} `request_invalid` when the other point is not on the curve
 */
export async function agreeSessionSecret(privateKey: CryptoKey, otherPoint: string): Promise<CryptoKey> {
  try {
    const algorithm = { name: 'ECDH', namedCurve: 'P-256' };
    const other = await crypto.subtle.importKey('raw', fromBase64url(otherPoint), algorithm, false, []);
    return await crypto.subtle.deriveKey({ name: 'ECDH', public: other }, privateKey, 'HKDF', false, [
      'deriveKey',
    ]);
  } catch (cause) {
    throw new SecureCallError('request_invalid', 'The key agreement point is not valid.', { cause });
  }
}

/** Derives the AES-KW key of one lease; a new one for every `leaseSeq`. */
export async function deriveLeaseKey(
  secret: CryptoKey,
  points: EcdhPoints,
  binding: LeaseBinding,
): Promise<CryptoKey> {
  const salt = await sha256(concat(fromBase64url(points.epk), fromBase64url(points.device)));
  return crypto.subtle.deriveKey(
    { name: 'HKDF', hash: 'SHA-256', salt, info: leaseInfo(binding) },
    secret,
    { name: 'AES-KW', length: 256 },
    false,
    ['wrapKey', 'unwrapKey'],
  );
}

/** Wraps an extractable segment key (RFC 3394; deterministic, so a retried lease is the same bytes). */
export async function wrapSegmentKey(leaseKey: CryptoKey, segmentKey: CryptoKey): Promise<string> {
  return toBase64url(new Uint8Array(await crypto.subtle.wrapKey('raw', segmentKey, leaseKey, 'AES-KW')));
}

/**
 * Unwraps straight to a non-extractable AES-GCM key.
 * @throws {SecureCallError} `integrity_failed` when the key was wrapped for another session, lease or device
 */
export async function unwrapSegmentKey(leaseKey: CryptoKey, wrapped: string): Promise<CryptoKey> {
  try {
    return await crypto.subtle.unwrapKey(
      'raw',
      fromBase64url(wrapped),
      leaseKey,
      'AES-KW',
      'AES-GCM',
      false,
      ['decrypt'],
    );
  } catch {
    throw new SecureCallError('integrity_failed', 'A key was not made for this session.');
  }
}
