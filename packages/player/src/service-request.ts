import { SecureCallError } from '@secure-call/protocol';

/** A service that does not answer within this is treated as unreachable. */
export const ANSWER_TIMEOUT_MS = 8000;

/** One spelling of a key service's address. */
export const serviceBase = (service: string): string => service.replace(/\/$/, '');

/** Where a session's signed events go; each proves itself. */
export const eventsUrl = (service: string, sid: string): string =>
  `${serviceBase(service)}/sessions/${sid}/events`;

/**
 * A POST that carries nothing of the page but its body.
 * @throws {SecureCallError} `service_unreachable`
 */
export function reach(url: string, init: RequestInit): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    redirect: 'error',
    cache: 'no-store',
    ...init,
  }).catch(() => {
    throw unreachable();
  });
}

export const unreachable = (): SecureCallError =>
  new SecureCallError('service_unreachable', 'The key service does not answer.');
