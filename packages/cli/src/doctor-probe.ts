/** warning: worth a look, but nothing that a stranger or a player meets. skipped: there was nothing to try it on. */
export type Outcome = 'ok' | 'warning' | 'failed' | 'skipped';

/** What was found, and where it is not well, what to do. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly words: string;
}

export interface Finding extends Verdict {
  readonly check: string;
}

export const ok = (words: string): Verdict => ({ outcome: 'ok', words });
export const warning = (words: string): Verdict => ({ outcome: 'warning', words });
export const failed = (words: string): Verdict => ({ outcome: 'failed', words });
export const skipped = (words: string): Verdict => ({ outcome: 'skipped', words });

/** An answer as it came: redirects are not followed. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Its first 64 KiB. */
  readonly bytes: Uint8Array;
}

/** @throws whatever `fetch` does when there is no answer */
export type Ask = (url: URL | string, init?: RequestInit) => Promise<Answer>;

/** One thing that is tried on a deployment, from outside and without changing anything. */
export interface Probe<T> {
  readonly check: string;
  run(ask: Ask, target: T): Promise<Verdict>;
}

/** Of a page that asks; RFC 2606 section 2: nobody's. */
export const PAGE_ORIGIN = 'https://page.invalid';

const TIMEOUT_MILLISECONDS = 10_000;
const MAX_BYTES = 64 * 1024;

/** @param fetch - brings a request to the deployment */
export function asking(fetch: (request: Request) => Promise<Response>, signal: AbortSignal): Ask {
  return async (url, init = {}) => {
    const timely = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MILLISECONDS)]);
    const response = await fetch(new Request(url, { redirect: 'manual', signal: timely, ...init }));
    return { status: response.status, headers: response.headers, bytes: await beginningOf(response) };
  };
}

async function beginningOf({ body }: Response): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= MAX_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, MAX_BYTES);
}

export const textOf = ({ bytes }: Answer): string => new TextDecoder().decode(bytes);

/** Whether a header that lists words has this one, or is the one that stands for all. */
export function lists({ headers }: Answer, name: string, word: string): boolean {
  const words = (headers.get(name) ?? '').toLowerCase().split(/\s*,\s*/);
  return words.includes(word.toLowerCase()) || words.includes('*');
}

/** Runs probes one after the other; what does not answer has failed. */
export async function runProbes<T>(probes: readonly Probe<T>[], ask: Ask, target: T): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const probe of probes)
    findings.push({ check: probe.check, ...(await probe.run(ask, target).catch(unanswered)) });
  return findings;
}

/** The codes of TLS and of the network say what is wrong with a certificate or a name. */
function unanswered(cause: unknown): Verdict {
  const inner = cause instanceof Error ? cause.cause : undefined;
  const code = inner instanceof Error && 'code' in inner ? ` (${String(inner.code)})` : '';
  return failed(`It does not answer${code}. Look at the address, the certificate and what stands in front.`);
}
