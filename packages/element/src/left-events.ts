import type { AnySource } from '@secure-call/player';

/**
 * Has delivered what an earlier page could not, as soon as this one names the key service: not only once someone wants to
 * listen, which may be too late. The player's own code is not loaded for it.
 */
export function deliverLeft(source: AnySource | undefined): void {
  if (source === undefined || 'keys' in source) return;
  // A head start only: the player does the same when it is made.
  import('@secure-call/player/left-events')
    .then(({ deliverLeftEvents }) => deliverLeftEvents(source.service))
    .catch(() => undefined);
}
