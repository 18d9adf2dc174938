/** A call as the application's list has it. */
export interface ListedCall {
  /** Opaque id. */
  readonly call: string;
  /** ISO 8601 with the offset of the place where it was taken. */
  readonly startedAt: string;
  readonly line: string;
  readonly answeredBy: string;
  readonly durationSeconds: number;
  readonly ownUnit: boolean;
}

export interface CallList {
  /** Origin of the player's frame. */
  readonly frame: string;
  /** Base URL of the storage, which anyone may read. */
  readonly storage: string;
  readonly signedIn: { readonly name: string; readonly unit: string };
  /** Who works the review queue. */
  readonly reviewer: string;
  readonly calls: readonly ListedCall[];
}

export async function fetchCallList(): Promise<CallList> {
  const response = await fetch('/calls.json', { cache: 'no-store' });
  if (!response.ok) throw new Error('The list of calls cannot be read.');
  return (await response.json()) as CallList;
}

/** Ends a listening session, as a privacy office would. @returns whether that was done */
export async function endSession(session: string): Promise<boolean> {
  const response = await post('/session-endings', { session }).catch(() => undefined);
  return response?.ok ?? false;
}

function post(path: string, body: unknown, signal?: AbortSignal): Promise<Response> {
  return fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    ...(signal ? { signal } : {}),
  });
}
