import type { IncomingMessage } from 'node:http';

/** The Fetch standard's forbidden methods. */
const FORBIDDEN: ReadonlySet<string> = new Set(['CONNECT', 'TRACE', 'TRACK']);

type Handler = (request: Request) => Promise<Response>;

const lazyHandlers = new WeakSet<Handler>();

/**
 * Marks a handler that uses nothing of a request but method, url, headers and signal, and reads its body by `readBytes`: it need
 * not be given the rest, which costs as much as half a lease.
 */
export function usesLazily(handle: Handler): Handler {
  lazyHandlers.add(handle);
  return handle;
}

export const takesLazily = (handle: Handler): boolean => lazyHandlers.has(handle);

/** Which message a request came as. */
const messages = new WeakMap<object, IncomingMessage>();
export const messageOf = (request: object): IncomingMessage | undefined => messages.get(request);

/**
 * A request that came by `node:http`, for a handler that `usesLazily`.
 * @param url - as the handler sees it
 * @returns undefined when it has no form that Fetch allows, such as the method TRACE
 */
export function lazyRequest(
  message: IncomingMessage,
  url: string,
  signal: () => AbortSignal,
): Request | undefined {
  const { method = 'GET' } = message;
  const target = URL.canParse(url) ? new URL(url) : undefined;
  if (FORBIDDEN.has(method) || !target || target.username !== '' || target.password !== '') return undefined;
  const request = new LazyRequest(message, method, target.href, signal);
  messages.set(request, message);
  // All that the handler said that it uses.
  return request as unknown as Request;
}

class LazyRequest implements Pick<Request, 'method' | 'url' | 'headers' | 'signal'> {
  readonly method: string;
  readonly url: string;
  readonly #message: IncomingMessage;
  readonly #signal: () => AbortSignal;
  #headers: Headers | undefined;

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
}

export function headersOf(message: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return headers;
}
