export interface Neighbours {
  readonly serviceUrl: string;
  readonly storageUrl: string;
}

/** The headers of a careful clinical application. The player needs nothing beyond them. */
export function appHeaders({ serviceUrl, storageUrl }: Neighbours): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      'media-src blob:',
      `connect-src 'self' ${serviceUrl} ${storageUrl}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      'trusted-types secure-call',
    ].join('; '),
    'cache-control': 'no-cache',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
  };
}
