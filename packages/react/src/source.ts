import type { AnySource, CallSource } from '@secure-call/player';

/** Whether two sources, written inline or not, mean the same call: everything counts but their callbacks. */
export function isSameSource(one: AnySource | undefined, other: AnySource | undefined): boolean {
  // Functions have no JSON.
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The source, with callbacks that call those of the newest render. */
export function followSource(source: CallSource, newest: () => CallSource | undefined): CallSource {
  return {
    ...source,
    authorize: request => (newest() ?? source).authorize(request),
  };
}
