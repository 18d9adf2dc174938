import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fromProblem, SecureCallError } from '@secure-call/protocol';
import { createRegistrationFile } from './registration-file.ts';

/** Takes registrations, one per package. */
export type RegistrationTarget = (registration: string, packageId: string) => Promise<void>;

const TIMEOUT_MILLISECONDS = 30_000;
const ATTEMPTS = 3;
const RETRY_MILLISECONDS = 500;

export const isServiceUrl = (target: string): boolean => /^https?:\/\//i.test(target);

/** Whether several registrations can go there: a key service or a folder can take them, a file cannot. */
export async function takesSeveral(target: string): Promise<boolean> {
  return isServiceUrl(target) || isFolder(target);
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    entry => entry.isDirectory(),
    () => false,
  );

/** A key service's URL, a folder (one `.jws` file per package) or a file to create. */
export function registrationTarget(target: string, signal: AbortSignal): RegistrationTarget {
  if (isServiceUrl(target)) return registration => sendRegistration(registration, target, signal);
  return async (registration, packageId) => {
    const path = (await isFolder(target)) ? join(target, `${packageId}.jws`) : target;
    await createRegistrationFile(path, registration);
  };
}

/**
 * Sends a registration to `{url}/registrations`. Sending one again is harmless.
 * @throws {SecureCallError} `registration_refused`, with the service's own words, `service_unreachable`,
 *   `configuration_invalid` when it is no URL
 */
export async function sendRegistration(
  registration: string,
  url: string,
  signal: AbortSignal,
): Promise<void> {
  const response = await post(registration, registrationsUrl(url), signal);
  if (response.status === 200 || response.status === 201) return;
  const refusal = await readRefusal(response);
  throw new SecureCallError('registration_refused', `The key service refused the registration: ${refusal}`);
}

function registrationsUrl(url: string): URL {
  const base = URL.canParse(url) ? new URL(url) : undefined;
  if (!base || base.username !== '' || base.password !== '')
    throw new SecureCallError('configuration_invalid', 'The address of the key service is not a plain URL.');
  return new URL('registrations', base.pathname.endsWith('/') ? base : `${base.origin}${base.pathname}/`);
}

/** Tries again where no answer came: a package is too dear to lose to a moment without network. */
async function post(body: string, url: URL, signal: AbortSignal): Promise<Response> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt += 1) {
    try {
      return await postOnce(body, url, signal);
    } catch {
      await setTimeout(RETRY_MILLISECONDS, undefined, { signal }).catch(() => undefined);
    }
  }
  return postOnce(body, url, signal);
}

async function postOnce(body: string, url: URL, signal: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/jose' },
      body,
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MILLISECONDS)]),
    });
  } catch (cause) {
    throw new SecureCallError('service_unreachable', 'The key service cannot be reached.', { cause });
  }
}

async function readRefusal(response: Response): Promise<string> {
  const body: unknown = await response.json().catch(() => undefined);
  return fromProblem(body)?.message ?? `status ${response.status}.`;
}
