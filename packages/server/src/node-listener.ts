import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';

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
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    answer(handle, origin, { message, response, gone })
      .catch(() => response.destroy())
      // What a handler left unread would block the connection's next request.
      .finally(() => message.resume());
  };
}

interface Exchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly gone: AbortController;
}

async function answer(
  handle: (request: Request) => Promise<Response>,
  origin: string,
  { message, response, gone }: Exchange,
): Promise<void> {
  const request = requestOf(message, origin, gone.signal);
  if (!request) {
    response.writeHead(400).end();
    return;
  }
  const answered = await handle(request);
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (!answered.body) {
    response.end();
    return;
  }
  // A reader waits for the headers of a stream whose first line comes later.
  response.flushHeaders();
  await sendBody(answered.body, response);
}

async function sendBody(body: ReadableStream<Uint8Array>, response: ServerResponse): Promise<void> {
  try {
    await pipeline(Readable.fromWeb(body as NodeReadableStream<Uint8Array>), response);
  } catch {
    // The client went away or the stream broke; pipeline has ended both sides.
  }
}

/** @returns undefined when the request has no form that Fetch allows, such as the method TRACE */
function requestOf(message: IncomingMessage, origin: string, signal: AbortSignal): Request | undefined {
  const { method = 'GET', url = '/' } = message;
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const body = hasBody ? bodyOf(message) : null;
  try {
    const target = url.startsWith('/') ? `${origin}${url}` : url;
    return new Request(target, { method, headers, body, signal, ...(body ? { duplex: 'half' } : {}) });
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
