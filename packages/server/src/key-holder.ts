import { type Bytes, fromBase64, isBase64, SecureCallError, ServiceRefusal } from '@secure-call/protocol';
import * as v from 'valibot';
import { readBody } from './request-body.ts';

/** An answer holds one small key. */
const MAX_ANSWER_BYTES = 16 * 1024;

/** Whoever asks a key holder may also go to one on the same machine without TLS, such as an agent. */
export function keyHolderUrl(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  const local = url && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url && (url.protocol === 'https:' || local) && url.username === '' && url.search === '') return url;
  throw new SecureCallError(
    'configuration_invalid',
    'The address of what holds the archive key begins with https://, except on the same machine.',
  );
}

export interface KeyHolderAnswer {
  readonly status: number;
  readonly body: unknown;
}

/**
 * Asks what holds an archive key. Redirects are not followed: the request carries a credential.
 * @throws {SecureCallError} `archive_unavailable` when no JSON comes back
 */
export async function askKeyHolder(request: Request, signal: AbortSignal): Promise<KeyHolderAnswer> {
  try {
    const response = await fetch(request, { redirect: 'error', signal });
    return { status: response.status, body: JSON.parse(await readBody(response, MAX_ANSWER_BYTES)) };
  } catch (cause) {
    if (cause instanceof ServiceRefusal) throw unavailable('is too large');
    throw unavailable(cause instanceof SyntaxError ? 'is not JSON' : 'did not come');
  }
}

const base64 = v.pipe(v.string(), v.check(isBase64));

/** The bytes that an answer holds. @throws {SecureCallError} `archive_unavailable` when it has another form */
export function bytesIn<T>(
  schema: v.GenericSchema<unknown, T>,
  body: unknown,
  pick: (answer: T) => string,
): Bytes {
  const answer = v.safeParse(schema, body);
  const text = answer.success ? v.safeParse(base64, pick(answer.output)) : undefined;
  if (!text?.success) throw unavailable('has another form');
  return fromBase64(text.output);
}

/** @param why - completes "The answer of what holds the archive key ..." */
export const unavailable = (why: string): SecureCallError =>
  new SecureCallError('archive_unavailable', `The answer of what holds the archive key ${why}.`);

/** The key holder knows the key and says that this is not encrypted to it. */
export const notEncryptedToIt = (): SecureCallError =>
  new SecureCallError('registration_invalid', 'The call key is not sealed to this archive key.');
