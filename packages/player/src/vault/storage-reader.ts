import { type Bytes, concat, SecureCallError } from '@secure-call/protocol';

/** Storage has answered, and asking again would change nothing. */
export class MediaMissing extends SecureCallError {
  constructor() {
    super('media_unavailable', 'The storage does not hold this recording.');
  }
}

/** Reads a byte range of an object; `end` is exclusive. */
export type ReadRange = (
  url: string,
  start: number,
  end: number,
  fresh: boolean,
  signal: AbortSignal,
) => Promise<Bytes>;

/**
 * Reads ranges with fetch. Storage is not trusted: never more bytes than asked for are taken in.
 * @throws {SecureCallError} `media_unavailable` for everything that is not exactly the range, as `MediaMissing` where
 *   it is not worth asking again
 */
export const readRange: ReadRange = async (url, start, end, fresh, signal) => {
  const range = { range: `bytes=${start}-${end - 1}` };
  // Chromium's cache lets requests for one address wait for each other, and every slot has the same address.
  const body = await request(url, 206, { headers: range, cache: fresh ? 'reload' : 'no-store', signal });
  return readExactly(body, end - start);
};

/** Reads a whole object of at most so many bytes. */
export type ReadWhole = (url: string, maxBytes: number, signal: AbortSignal) => Promise<Bytes>;

/**
 * Reads whole objects with fetch.
 * @throws {SecureCallError} `media_unavailable`, as `MediaMissing` where it is not worth asking again
 */
export const readWhole: ReadWhole = async (url, maxBytes, signal) => {
  const body = await request(url, 200, { signal });
  const parts: Uint8Array[] = [];
  let total = 0;
  const reader = body.getReader();
  for (let next = await read(reader); next; next = await read(reader)) {
    total += next.length;
    if (total > maxBytes) {
      await reader.cancel();
      throw new MediaMissing();
    }
    parts.push(next);
  }
  return concat(...parts);
};

async function request(url: string, status: number, init: RequestInit): Promise<ReadableStream<Uint8Array>> {
  const response = await fetch(url, {
    credentials: 'omit',
    referrerPolicy: 'no-referrer',
    redirect: 'error',
    ...init,
  }).catch(() => {
    throw unavailable('The storage cannot be reached.');
  });
  if (isFinal(response.status, status)) throw new MediaMissing();
  if (response.status !== status || !response.body)
    throw unavailable('The storage does not deliver this recording.');
  return response.body;
}

// 408 and 429 (RFC 9110 section 15.5.9, RFC 6585 section 4) pass, as do all faults of the server itself.
const isFinal = (status: number, wanted: number): boolean =>
  status !== wanted && status !== 408 && status !== 429 && status < 500;

async function readExactly(body: ReadableStream<Uint8Array>, length: number): Promise<Bytes> {
  const bytes = new Uint8Array(length);
  const reader = body.getReader();
  let filled = 0;
  for (let next = await read(reader); next; next = await read(reader)) {
    if (filled + next.length > length) {
      await reader.cancel();
      throw unavailable('The storage delivers more than was asked for.');
    }
    bytes.set(next, filled);
    filled += next.length;
  }
  if (filled !== length) throw unavailable('The storage delivers less than was asked for.');
  return bytes;
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
  try {
    return (await reader.read()).value;
  } catch {
    throw unavailable('The storage broke off.');
  }
}

const unavailable = (message: string): SecureCallError => new SecureCallError('media_unavailable', message);

/** How a vault reaches storage: by itself, or through the page. */
export interface Storage {
  readonly readRange: ReadRange;
  readonly readWhole: ReadWhole;
}
