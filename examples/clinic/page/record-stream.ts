import type { AuditRecord } from '@secure-call/protocol';

/** A record with its place in the order of commits. */
type OrderedRecord = AuditRecord & { readonly order: number };

export interface RecordFollower {
  record(record: AuditRecord): void;
  /** @param answers - whether the record can be read just now */
  answering(answers: boolean): void;
}

const RETRY_MS = 2000;

/** Follows a session's records until `signal` is aborted; goes on where it was when the connection breaks. */
export async function followSession(
  session: string,
  follower: RecordFollower,
  signal: AbortSignal,
): Promise<void> {
  let after = 0;
  while (!signal.aborted) {
    try {
      for await (const record of recordsAfter(session, after, signal, follower)) {
        after = record.order;
        follower.record(record);
      }
    } catch {
      // Told below: the stream broke, or could not be opened.
    }
    if (signal.aborted) return;
    follower.answering(false);
    await pause(RETRY_MS, signal);
  }
}

async function* recordsAfter(
  session: string,
  after: number,
  signal: AbortSignal,
  follower: RecordFollower,
): AsyncGenerator<OrderedRecord, void, undefined> {
  const query = new URLSearchParams({ session, after: String(after) });
  const response = await fetch(`/record?${query}`, { signal, cache: 'no-store' });
  if (!response.ok || !response.body) throw new Error('The record does not answer.');
  follower.answering(true);
  for await (const line of linesOf(response.body)) yield JSON.parse(line) as OrderedRecord;
}

async function* linesOf(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string, void, undefined> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    const lines = (rest + next.value).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, milliseconds);
    const stop = (): void => {
      clearTimeout(timer);
      resolve();
    };
    signal.addEventListener('abort', stop, { once: true });
  });
}
