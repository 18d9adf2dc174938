import { hasPlayer } from './pages.ts';

export interface Neighbours {
  readonly serviceUrl: string;
  readonly storageUrl: string;
}

export interface AppNeighbours extends Neighbours {
  /** Where the player runs in a frame of its own origin. */
  readonly frameUrl?: string;
}

/**
 * The headers of a careful clinical application. The player needs nothing beyond them, and its frame less.
 * @param path - of the page: each may do what it is for, and nothing else
 */
export function appHeaders(neighbours: AppNeighbours, path: string = '/'): Readonly<Record<string, string>> {
  return {
    'content-security-policy': [
      "default-src 'self'",
      "script-src 'self'",
      "style-src 'self'",
      ...(neighbours.frameUrl === undefined
        ? withPlayerInside(neighbours)
        : forPage(path, neighbours.frameUrl, neighbours)),
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

const withPlayerInside = ({ serviceUrl, storageUrl }: Neighbours): string[] => [
  'media-src blob:',
  `connect-src 'self' ${serviceUrl} ${storageUrl}`,
];

function forPage(path: string, frameUrl: string, { storageUrl }: Neighbours): string[] {
  if (hasPlayer(path)) return [`frame-src ${frameUrl}`];
  // Reads the open storage and tries to play what lies there, from the browser's memory.
  if (path === '/bucket') return ['media-src blob:', `connect-src 'self' blob: ${storageUrl}`];
  // Plays the leaked copy that it has made.
  return path === '/trace' ? ['media-src blob:'] : [];
}
