import { type ServiceRefusal, toProblem } from '@secure-call/protocol';

/** Headers of every answer: nothing is kept by a cache, and nothing here is a page. */
const securityHeaders = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'cross-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

// No cookies are involved, so any origin may ask: what counts is the proof, which only the right browser can make.
const playerCorsHeaders = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': 'dpop-nonce, retry-after',
};

/** Texts of answers that are no streams, for those who send them without one in between. */
const texts = new WeakMap<Response, string>();
export const textOf = (response: Response): string | undefined => texts.get(response);

export function json(status: number, body: unknown, type = 'application/json'): Response {
  const text = JSON.stringify(body);
  const response = new Response(text, { status, headers: { 'content-type': type } });
  texts.set(response, text);
  return response;
}

/** RFC 9457 problem details. */
export function problem(refusal: ServiceRefusal): Response {
  const document = toProblem(refusal);
  const response = json(document.status, document, 'application/problem+json');
  if (document.retryAfterSeconds !== undefined)
    response.headers.set('retry-after', String(document.retryAfterSeconds));
  if (refusal.code === 'token_invalid') response.headers.set('www-authenticate', 'Bearer');
  return response;
}

/** Newline-delimited JSON, as it comes. */
export function ndjson(lines: ReadableStream<Uint8Array>): Response {
  return new Response(lines, { headers: { 'content-type': 'application/x-ndjson' } });
}

export const ndjsonLine = (value: unknown): Uint8Array =>
  new TextEncoder().encode(`${JSON.stringify(value)}\n`);

/** Answers a CORS preflight of the endpoints that a player calls. */
export function preflight(): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...playerCorsHeaders,
      'access-control-allow-methods': 'GET, POST, DELETE',
      'access-control-allow-headers': 'content-type',
      'access-control-max-age': '600',
    },
  });
}

export interface Finish {
  /** Whether pages of any origin may read the answer. */
  readonly cors: boolean;
  readonly https: boolean;
  /** For the next proof (RFC 9449 section 8.2). */
  readonly nonce: string | undefined;
}

/** Adds the headers that every answer has. */
export function finish(response: Response, { cors, https, nonce }: Finish): Response {
  const headers = { ...securityHeaders, ...(cors ? playerCorsHeaders : {}) };
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
  if (https) response.headers.set('strict-transport-security', 'max-age=31536000');
  if (nonce !== undefined) response.headers.set('dpop-nonce', nonce);
  return response;
}
