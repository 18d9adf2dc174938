import type { AnySource } from '@secure-call/player';

/** Whether two values, written inline or not, say the same: everything counts but callbacks, so two sources mean the same call. */
export function isSameContent(one: unknown, other: unknown): boolean {
  // Functions have no JSON.
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The source, with a callback that calls that of the newest render, as long as both mean the same call. */
export function followSource(source: AnySource, newest: () => AnySource | undefined): AnySource {
  return 'keys' in source
    ? { ...source, keys: request => latest(source, newest).keys(request) }
    : { ...source, authorize: request => latest(source, newest).authorize(request) };
}

function latest<Source extends AnySource>(source: Source, newest: () => AnySource | undefined): Source {
  const now = newest();
  // What has the same content is of the same kind.
  return isSameContent(source, now) ? (now as Source) : source;
}
