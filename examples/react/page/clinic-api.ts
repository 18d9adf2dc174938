import type { AuthorizeRequest } from '@secure-call/player';
import { SecureCallError } from '@secure-call/protocol';

/** A call as the application's list has it. */
export interface ListedCall {
  /** Opaque id. */
  readonly call: string;
  readonly line: string;
  readonly answeredBy: string;
  /** ISO 8601 with the offset of the place where it was taken. */
  readonly startedAt: string;
}

export interface CallList {
  /** Base URL of the key service. */
  readonly service: string;
  readonly calls: readonly ListedCall[];
}

export async function fetchCallList(): Promise<CallList> {
  const response = await fetch('/calls.json', { cache: 'no-store' });
  if (!response.ok) throw new Error('The list of calls cannot be read.');
  return (await response.json()) as CallList;
}

/**
 * Asks the application's backend whether the signed-in person may open the call.
 * @returns the grant
 * @throws {SecureCallError} `not_permitted` when the application says no
 */
export async function requestGrant({ signal, ...asked }: AuthorizeRequest): Promise<string> {
  const response = await fetch('/grants', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
    signal,
  });
  if (response.status === 403) throw new SecureCallError('not_permitted', 'You may not open this call.');
  if (!response.ok) throw new Error('The application gave no permission.');
  const { grant } = (await response.json()) as { readonly grant: string };
  return grant;
}
