import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { textOf } from './answers.ts';
import { headersOf, lazyRequest, takesLazily } from './lazy-request.ts';

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
  const { url: path = '/' } = message;
  const url = path.startsWith('/') ? `${origin}${path}` : path;
  const make = takesLazily(handle) ? lazyRequest : wholeRequest;
  const request = make(message, url, goneSignal(response));
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

/** @returns undefined when the request has no form that Fetch allows, such as the method TRACE */
function wholeRequest(message: IncomingMessage, url: string, signal: () => AbortSignal): Request | undefined {
  const { method = 'GET' } = message;
  const body = method === 'GET' || method === 'HEAD' ? null : bodyOf(message);
  const init = { method, headers: headersOf(message), body, ...(body ? { duplex: 'half' } : {}) };
  try {
    return new Request(url, { ...init, signal: signal() });
  } catch {
    return undefined;
  }
}

/** The message is touched only when the handler reads, and never destroyed: the answer goes over the same socket. */
function bodyOf(message: IncomingMessage): ReadableStream<Uint8Array> {
  let chunks: AsyncIterator<Uint8Array> | undefined;
  return new ReadableStream(
    {
      async pull(controller) {
        chunks ??= message.iterator({ destroyOnReturn: false });
        const next = await chunks.next();
        if (next.done) controller.close();
        else controller.enqueue(next.value);
      },
      async cancel() {
        await chunks?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
