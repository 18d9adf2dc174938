import type { ServiceMetrics } from './service-metrics.ts';

/**
 * `GET /metrics` for a listener of its own, which only the operator's network reaches: it asks nobody for a password. Pages
 * in a browser get nothing, wherever it listens.
 */
export function createMetricsHandler(metrics: ServiceMetrics): (request: Request) => Promise<Response> {
  return request => Promise.resolve(answer(metrics, request));
}

function answer(metrics: ServiceMetrics, { method, url, headers }: Request): Response {
  // Browsers tell of themselves by these (Fetch metadata request headers); Prometheus sends neither.
  if (headers.has('origin') || headers.has('sec-fetch-site')) return plain(403);
  if (new URL(url).pathname !== '/metrics') return plain(404);
  if (method !== 'GET') return plain(405, { allow: 'GET' });
  return plain(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }, metrics.text());
}

const plain = (
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: string | null = null,
): Response =>
  new Response(body, {
    status,
    headers: {
      'cache-control': 'no-store',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      ...headers,
    },
  });
