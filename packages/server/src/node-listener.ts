import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { textOf } from './answers.ts';
import { lazyRequest } from './lazy-request.ts';

/**
 * Makes a Fetch handler a listener for `node:http`: bodies stream both ways, and a client that goes away aborts
 * `request.signal` and cancels the answer's stream.
 * @param origin - under which the handler sees its requests, e.g. "https://keys.example"
 */
export function nodeListener(
  handle: (request: Request) => Promise<Response>,
  origin: string,
): (message: IncomingMessage, response: ServerResponse) => void {
  return (message, response) => {
    answer(handle, origin, { message, response })
      .catch(() => response.destroy())
      // What a handler left unread would block the connection's next request.
      .finally(() => message.resume());
  };
}

interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

async function answer(
  handle: (request: Request) => Promise<Response>,
  origin: string,
  { message, response }: Exchange,
): Promise<void> {
  const request = lazyRequest(message, origin, goneSignal(response));
  if (!request) {
    response.writeHead(400).end();
    return;
  }
  const answered = await handle(request);
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  const text = textOf(answered);
  if (text !== undefined) {
    // In one piece with its headers.
    response.end(text);
    return;
  }
  if (!answered.body) {
    response.end();
    return;
  }
  // A reader waits for the headers of a stream whose first line comes later.
  response.flushHeaders();
  await sendBody(answered.body, response);
}

/** Aborted when the client goes away before it was answered. */
function goneSignal(response: ServerResponse): () => AbortSignal {
  let gone: AbortController | undefined;
  return () => {
    if (gone) return gone.signal;
    const made = (gone = new AbortController());
    if (response.destroyed) made.abort();
    else response.once('close', () => made.abort());
    return made.signal;
  };
}

async function sendBody(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  try {
    await pipeline(Readable.fromWeb(body as NodeReadableStream<Uint8Array>), response);
  } catch {
    // The client went away or the stream broke; pipeline has ended both sides.
  }
}
