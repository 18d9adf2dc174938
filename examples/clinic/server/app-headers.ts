export interface Neighbours {
  readonly serviceUrl: string;
  readonly storageUrl: string;
}

export interface AppNeighbours extends Neighbours {
  /** Where the player runs in a frame of its own origin. */
  readonly frameUrl?: string;
}

/** The headers of a careful clinical application. The player needs nothing beyond them, and its frame less. */
export function appHeaders({
  serviceUrl,
  storageUrl,
  frameUrl,
}: AppNeighbours): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      ...(frameUrl === undefined
        ? ['media-src blob:', `connect-src 'self' ${serviceUrl} ${storageUrl}`]
        : [`frame-src ${frameUrl}`]),
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
