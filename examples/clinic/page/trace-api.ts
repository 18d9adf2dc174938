/** What the key service found out about a copy, as far as the page tells it. */
export interface TraceReport {
  readonly clips: readonly TracedClip[];
  /** People who had keys of the call, likeliest first: by the recording's own mark. */
  readonly listeners: readonly TracedListener[];
  /** Sessions, likeliest first: by the player's mark. */
  readonly sessions: readonly TracedSession[];
}

export interface TracedClip {
  /** Absent when no call was recognised. */
  readonly call?: string;
  readonly fromSeconds?: number;
}

/** A probability, at most, and whether it is low enough to name someone. */
interface Evidence {
  readonly falsePositiveBound: number;
  readonly named: boolean;
  /** How much sound the answer rests on. */
  readonly seconds: number;
}

export interface TracedListener extends Evidence {
  readonly iss: string;
  readonly sub: string;
  readonly name: string;
  readonly unit: { readonly name: string };
  readonly agreed: number;
  readonly differing: number;
  readonly leasedSeconds: number;
  /** Whether the person's sessions were given keys of all these seconds. */
  readonly leased: boolean;
}

export interface TracedSession extends Evidence {
  readonly sid: string;
  readonly iss: string;
  readonly sub: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** `lead` and `confirms` are named; with `contradicts` the recording's own mark speaks against the session's. */
  readonly standing: 'none' | 'lead' | 'confirms' | 'contradicts';
}

/** What the page can say about a trace that was not made. */
export type TraceFailure = 'unreadable' | 'busy' | 'failed';

const failures: Readonly<Record<number, TraceFailure>> = { 400: 'unreadable', 429: 'busy' };

/** Has the application's backend find out whose copy a file is. @throws {DOMException} `AbortError` */
export async function traceLeak(file: File, signal: AbortSignal): Promise<TraceReport | TraceFailure> {
  const headers = { 'content-type': 'application/octet-stream' };
  const response = await fetch('/traces', { method: 'POST', headers, body: file, signal });
  if (response.ok) return (await response.json()) as TraceReport;
  return failures[response.status] ?? 'failed';
}

/** Who is to leak a call in the example. */
export type Leaker = 'visitor' | 'colleague';

/**
 * Has someone leak the beginning of a call.
 * @param call - the wanted one; the first that is long enough where it is unknown or too short for a name
 * @returns a recording
 * @throws {Error} when nothing came of it
 */
export async function fetchSampleLeak(
  by: Leaker,
  call: string | undefined,
  signal: AbortSignal,
): Promise<ArrayBuffer> {
  const headers = { 'content-type': 'application/json' };
  const body = JSON.stringify({ by, ...(call === undefined ? {} : { call }) });
  const response = await fetch('/sample-leak', { method: 'POST', headers, body, signal });
  if (!response.ok) throw new Error('There is no sample leak.');
  return response.arrayBuffer();
}
