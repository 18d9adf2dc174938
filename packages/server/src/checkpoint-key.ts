import {
  type Bytes,
  checkpointOrigin,
  concat,
  formatNoteVerifier,
  fromBase64,
  fromBase64url,
  type NoteSigner,
  utf8,
} from '@secure-call/protocol';
import type { JWK } from 'jose';
import { serviceSecretOf } from './service-secrets.ts';

/** RFC 8410 section 7: what stands before the 32 bytes of a private Ed25519 key in PKCS #8. */
const PKCS8_PREFIX = fromBase64('MC4CAQAwBQYDK2VwBCIEIA==');

/**
 * The key that signs a tenant's checkpoints, derived from the service's secret like every other key of the service (RFC 5869): one
 * that is in no database, and that every service with the same configuration has.
 * @throws {SecureCallError} `key_invalid`
 */
export async function checkpointSigner(
  serviceKey: JWK,
  publicUrl: string,
  tenant: string,
): Promise<NoteSigner> {
  const seed = await deriveSeed(serviceSecretOf(serviceKey));
  const pkcs8 = concat(PKCS8_PREFIX, seed);
  const extractable = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', true, ['sign']);
  const { x = '' } = await crypto.subtle.exportKey('jwk', extractable);
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, 'Ed25519', false, ['sign']);
  for (const secret of [seed, pkcs8]) secret.fill(0);
  return { name: checkpointOrigin(publicUrl, tenant), privateKey, publicKey: fromBase64url(x) };
}

async function deriveSeed(secret: Bytes): Promise<Bytes> {
  const base = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveBits']);
  const info = utf8('secure-call/1/service/checkpoint');
  const hkdf = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(0), info };
  return new Uint8Array(await crypto.subtle.deriveBits(hkdf, base, 256));
}

/** The line by which an auditor recognises a tenant's checkpoints ("vkey"). @throws {SecureCallError} `key_invalid` */
export const checkpointVerifier = async (
  serviceKey: JWK,
  publicUrl: string,
  tenant: string,
): Promise<string> => formatNoteVerifier(await checkpointSigner(serviceKey, publicUrl, tenant));
