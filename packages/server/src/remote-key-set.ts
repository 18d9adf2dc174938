import { parseJson, type PinnedKey, pinKeySet, SecureCallError } from '@secure-call/protocol';
import * as v from 'valibot';
import { readBody } from './request-body.ts';
import { isReachable } from './service-config.ts';

const TIMEOUT_MS = 5000;
const MAX_BYTES = 64 * 1024;

/**
 * Reads a JWK set from an address of the configuration. Redirects are not followed.
 * @throws {SecureCallError} `key_invalid`
 */
export async function fetchKeySet(url: string): Promise<readonly PinnedKey[]> {
  if (!isReachable(new URL(url)))
    throw new SecureCallError(
      'key_invalid',
      'Keys are fetched by https:// only, except on the same machine.',
    );
  const body = await textAt(url);
  return pinKeySet(parseJson(v.unknown(), body, 'JWK set', 'key_invalid'));
}

async function textAt(url: string): Promise<string> {
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.status === 200) return await readBody(response, MAX_BYTES);
  } catch (cause) {
    throw new SecureCallError('key_invalid', 'The keys of an issuer cannot be fetched.', { cause });
  }
  throw new SecureCallError('key_invalid', 'The keys of an issuer are not where they should be.');
}
