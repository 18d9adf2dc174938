import { setTimeout } from 'node:timers/promises';
import { fromProblem, type KeyPair, SecureCallError } from '@secure-call/protocol';

type Jwk = KeyPair['publicJwk'];

const TIMEOUT_MILLISECONDS = 30_000;
const ATTEMPTS = 3;
const RETRY_MILLISECONDS = 500;

export const isServiceUrl = (target: string): boolean => /^https?:\/\//i.test(target);

/**
 * Asks, before there is a package to lose, whether the service is ready and can open what will be sealed.
 * @param recipients - public archive keys; the service needs the private half of one
 * @throws {SecureCallError} `service_unreachable`, or `key_invalid` when it holds none of the archive keys
 */
export async function assertServiceReady(
  url: string,
  recipients: readonly Jwk[],
  signal: AbortSignal,
): Promise<void> {
  const ready = await ask(endpointUrl(url, 'readyz'), signal);
  const answer = ready.ok ? await ask(endpointUrl(url, '.well-known/jwks.json'), signal) : ready;
  if (!answer.ok)
    throw new SecureCallError(
      'service_unreachable',
      `The key service is not ready (status ${answer.status}). ${NOTHING_PACKAGED}`,
    );
  const held = keyIds(await answer.json().catch(() => undefined));
  if (recipients.some(({ kid }) => kid !== undefined && held.has(kid))) return;
  throw new SecureCallError(
    'key_invalid',
    'The key service does not hold this archive key; seal to one of its "archiveKeys". Nothing was packaged.',
  );
}

const NOTHING_PACKAGED = 'Nothing was packaged; run it again, or give a file to --register.';

async function ask(url: URL, signal: AbortSignal): Promise<Response> {
  try {
    return await persist(() => fetch(url, { redirect: 'error', signal: timely(signal) }), signal);
  } catch (cause) {
    if (signal.aborted)
      throw new SecureCallError('aborted', 'Packaging was stopped. Nothing was left behind.', { cause });
    throw new SecureCallError(
      'service_unreachable',
      `The key service cannot be reached. ${NOTHING_PACKAGED}`,
      {
        cause,
      },
    );
  }
}

/** The `kid`s of a JWK set (RFC 7517 section 5). */
function keyIds(data: unknown): ReadonlySet<unknown> {
  const keys = typeof data === 'object' && data !== null && 'keys' in data ? data.keys : [];
  const list: readonly unknown[] = Array.isArray(keys) ? keys : [];
  return new Set(
    list.map(key => (typeof key === 'object' && key !== null && 'kid' in key ? key.kid : undefined)),
  );
}

/**
 * Sends a registration to `{url}/registrations`. Sending one again is harmless.
 * @throws {SecureCallError} `registration_refused`, with the service's own words; `service_unreachable` when nobody knows
 *   whether it was taken; `configuration_invalid` when it is no URL
 */
export async function sendRegistration(
  registration: string,
  url: string,
  signal: AbortSignal,
): Promise<void> {
  const response = await post(registration, endpointUrl(url, 'registrations'), signal);
  if (response.status === 200 || response.status === 201) return;
  const refusal = await readRefusal(response);
  if (response.status >= 500)
    throw new SecureCallError('service_unreachable', `The key service failed: ${refusal}`);
  throw new SecureCallError('registration_refused', `The key service refused the registration: ${refusal}`);
}

/**
 * Reads an answer of the service as an officer.
 * @throws {SecureCallError} `service_unreachable`, with the service's own words where it has some; `configuration_invalid` when it
 *   is no URL
 */
export async function fetchAsOfficer(
  url: string,
  name: string,
  token: string,
  signal: AbortSignal,
): Promise<NonNullable<Response['body']>> {
  const response = await askAsOfficer(url, name, token, { signal });
  if (response.body) return response.body;
  throw new SecureCallError('service_unreachable', 'The key service gave an empty answer.');
}

/**
 * Erases a call as a privacy officer.
 * @throws {SecureCallError} as `fetchAsOfficer`
 */
export async function eraseAsOfficer(
  url: string,
  call: string,
  token: string,
  signal: AbortSignal,
): Promise<void> {
  await askAsOfficer(url, `calls/${call}`, token, { method: 'DELETE', signal: timely(signal) });
}

async function askAsOfficer(url: string, name: string, token: string, init: RequestInit): Promise<Response> {
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(endpointUrl(url, name), { ...init, headers, redirect: 'error' }).catch(
    (cause: unknown) => {
      throw new SecureCallError('service_unreachable', 'The key service did not answer.', { cause });
    },
  );
  if (response.ok) return response;
  throw new SecureCallError(
    'service_unreachable',
    `The key service refused it: ${await readRefusal(response)}`,
  );
}

function endpointUrl(url: string, name: string): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (!base || base.username !== '' || base.password !== '')
    throw new SecureCallError('configuration_invalid', 'The address of the key service is not a plain URL.');
  return new URL(name, base.pathname.endsWith('/') ? base : `${base.origin}${base.pathname}/`);
}

async function post(body: string, url: URL, signal: AbortSignal): Promise<Response> {
  const headers = { 'content-type': 'application/jose' };
  try {
    return await persist(
      () => fetch(url, { method: 'POST', headers, body, redirect: 'error', signal: timely(signal) }),
      signal,
    );
  } catch (cause) {
    throw new SecureCallError('service_unreachable', 'The key service did not answer.', { cause });
  }
}

const timely = (signal: AbortSignal): AbortSignal =>
  AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MILLISECONDS)]);

/** Tries again where no answer came: a moment without network should not end hours of work. */
async function persist(attempt: () => Promise<Response>, signal: AbortSignal): Promise<Response> {
  for (let count = 1; count < ATTEMPTS; count += 1) {
    try {
      return await attempt();
    } catch {
      await setTimeout(RETRY_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }
  return attempt();
}

async function readRefusal(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  return fromProblem(body)?.message ?? `status ${response.status}.`;
}
