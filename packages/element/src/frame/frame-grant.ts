import { type CallSource, SecureCallError } from '@secure-call/player';

/**
 * Asks the frame's own backend for grants, with the credential that only the frame's origin has.
 * @param endpoint - as the host page names it
 * @throws {SecureCallError} `setup_invalid` where it is not on the frame's own origin
 */
export function frameAuthorize(endpoint: string): CallSource['authorize'] {
  return async ({ signal, ...asked }) => {
    if (new URL(endpoint, location.href).origin !== location.origin)
      throw new SecureCallError('setup_invalid', 'The grant endpoint must be on the frame’s own origin.');
    const response = await fetch(endpoint, {
      method: 'POST',
      // Not mode `same-origin`: with `no-referrer` the browser would send `Origin: null` (Fetch, section 3.2).
      credentials: 'same-origin',
      redirect: 'error',
      cache: 'no-store',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(asked),
      signal,
    });
    if (response.status === 403)
      throw new SecureCallError('not_permitted', 'The application does not permit this call.');
    const answer: { grant?: unknown } | undefined = response.ok ? await response.json() : undefined;
    if (typeof answer?.grant === 'string') return answer.grant;
    throw new SecureCallError('authorize_failed', 'The frame’s backend gave no permission.');
  };
}
