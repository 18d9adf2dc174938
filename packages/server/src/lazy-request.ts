import type { IncomingMessage } from 'node:http';

/** The Fetch standard's forbidden methods. */
const FORBIDDEN: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

/** Which message a request came as, for those who read its body without a stream in between. */
const messages = new WeakMap<object, IncomingMessage>();
export const messageOf = (request: Request): IncomingMessage | undefined => messages.get(request);

/**
 * A request that came by `node:http`. Signal, headers and body are made when they are asked for: together they cost more than a
 * lease.
 * @param origin - under which the handler sees it
 * @returns undefined when it has no form that Fetch allows, such as the method TRACE
 */
export function lazyRequest(
  message: IncomingMessage,
  origin: string,
  signal: () => AbortSignal,
): Request | undefined {
  const { method = 'GET', url: path = '/' } = message;
  const target = path.startsWith('/') ? `${origin}${path}` : path;
  if (FORBIDDEN.has(method) || !URL.canParse(target)) return undefined;
  const url = new URL(target);
  if (url.username !== '' || url.password !== '') return undefined;
  // Whatever is not overridden is forwarded, so that it is a Request to whoever uses it.
  const request = new LazyRequest(message, method, url.href, signal) as unknown as Request;
  messages.set(request, message);
  return request;
}

class LazyRequest {
  readonly method: string;
  readonly url: string;
  readonly #message: IncomingMessage;
  readonly #signal: () => AbortSignal;
  #headers: Headers | undefined;
  #whole: Request | undefined;

  constructor(message: IncomingMessage, method: string, url: string, signal: () => AbortSignal) {
    this.#message = message;
    this.#signal = signal;
    this.method = method;
    this.url = url;
  }

  get headers(): Headers {
    return (this.#headers ??= headersOf(this.#message));
  }

  get signal(): AbortSignal {
    return this.#signal();
  }

  /** The Request with all that it has. */
  get whole(): Request {
    return (this.#whole ??= this.#make());
  }

  #make(): Request {
    const { method, headers, signal, url } = this;
    const hasBody = method !== 'GET' && method !== 'HEAD';
    const body = hasBody ? bodyOf(this.#message) : null;
    return new Request(url, { method, headers, body, signal, ...(body ? { duplex: 'half' } : {}) });
  }
}

const OWN: ReadonlySet<string> = new Set(['constructor', 'method', 'url', 'headers', 'signal']);

Object.setPrototypeOf(LazyRequest.prototype, Request.prototype);
for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(Request.prototype))) {
  if (OWN.has(name)) continue;
  const reads = descriptor.get !== undefined;
  const member = reads
    ? { get: forward(whole => Reflect.get(whole, name)) }
    : { value: forward((whole, ...args) => (Reflect.get(whole, name) as Method).apply(whole, args)) };
  Object.defineProperty(LazyRequest.prototype, name, { configurable: true, ...member });
}

type Method = (this: Request, ...args: unknown[]) => unknown;

function forward(call: (whole: Request, ...args: unknown[]) => unknown) {
  return function forwarded(this: LazyRequest, ...args: unknown[]): unknown {
    return call(this.whole, ...args);
  };
}

function headersOf(message: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
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
