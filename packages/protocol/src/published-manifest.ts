import { CompactSign, type JWK } from 'jose';
import { type Bytes, utf8 } from './bytes.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { type PinnedKey, verifyPinnedJws } from './pinned-jws.ts';
import { importSigningKey } from './signing-key.ts';

export const PUBLISHED_MANIFEST_TYP = 'secure-call-manifest+jws';
/** Name of the object beside the package's other ones. */
export const PUBLISHED_MANIFEST_OBJECT = 'manifest.jws';
/** A manifest of 256 KiB, in base64url, with its header and signature. */
export const MAX_PUBLISHED_MANIFEST_BYTES: number = 512 * 1024;

/**
 * Signs a manifest for players that have no key service to get it from.
 * @param manifest - the exact bytes whose hash the package was sealed with
 * @param signer - the packager's private ES256 JWK with `kid`
 * @returns the compact JWS that is stored as `manifest.jws`
 * @throws {SecureCallError} `request_invalid` when the bytes are no manifest, `key_invalid`
 */
export async function publishManifest(manifest: Bytes, signer: JWK): Promise<string> {
  parseManifest(manifest);
  const { kid, key } = await importSigningKey(signer);
  return new CompactSign(manifest)
    .setProtectedHeader({ alg: 'ES256', kid, typ: PUBLISHED_MANIFEST_TYP })
    .sign(key);
}

/**
 * Opens `manifest.jws` as storage delivered it.
 * @param packagerKeys - the packagers whose recordings may be played
 * @throws {SecureCallError} `integrity_failed` when none of them signed it, `request_invalid` when it is no manifest
 */
export async function openPublishedManifest(
  jws: string,
  packagerKeys: readonly PinnedKey[],
): Promise<Manifest> {
  const text = await verifyPinnedJws(jws, {
    typ: PUBLISHED_MANIFEST_TYP,
    keys: packagerKeys,
    code: 'integrity_failed',
    maxBytes: MAX_PUBLISHED_MANIFEST_BYTES,
  });
  return parseManifest(utf8(text));
}
