import { b64u, counting, fixedKey, sha256, thumbprint } from './reference.mjs';

export const tenant = 'region-x';
export const call = b64u(counting(0x00, 16));
export const packageId = b64u(counting(0x10, 16));
export const sid = b64u(counting(0x20, 16));
export const callKey = sha256('secure-call test vectors: call key');

/** The browser's signing key. */
export const device = fixedKey('device');
export const jkt = thumbprint(device.publicJwk);

/** A key as it stands in a key file: with `kid`, `alg` and `use`. */
export function keyFile(name, alg = 'ES256') {
  const key = fixedKey(name);
  const extra = { kid: thumbprint(key.publicJwk), alg, use: alg === 'ES256' ? 'sig' : 'enc' };
  return { publicJwk: { ...key.publicJwk, ...extra }, privateJwk: { ...key.privateJwk, ...extra } };
}

/** Seconds since the epoch: 2026-01-01T00:00:00Z. */
export const issuedAt = 1767225600;
