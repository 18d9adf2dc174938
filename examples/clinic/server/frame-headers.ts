import type { Neighbours } from './app-headers.ts';

/** The headers of the player's frame: it may be held by the application alone, and talk to three origins. */
export function frameHeaders(
  appUrl: string,
  { serviceUrl, storageUrl }: Neighbours,
): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'none'",
      "script-src 'self'",
      "worker-src 'self'",
      'media-src blob:',
      `connect-src 'self' ${serviceUrl} ${storageUrl}`,
      "base-uri 'none'",
      "form-action 'none'",
      `frame-ancestors ${appUrl}`,
      "require-trusted-types-for 'script'",
      'trusted-types secure-call',
    ].join('; '),
    'cache-control': 'no-cache',
    'cross-origin-resource-policy': 'same-origin',
    // A process of its own, where the browser can: origins of one site may share one otherwise.
    'origin-agent-cluster': '?1',
    'permissions-policy': 'camera=(), display-capture=(), geolocation=(), microphone=()',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
