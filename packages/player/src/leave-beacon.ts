/** Browsers allow 64 KiB on leaving a page, shared by all its requests; half is left to the host. */
const BEACON_BYTES = 32 * 1024;

/**
 * Sends signed events while the page goes away. It proves nothing that it was taken: what is not acknowledged counts as
 * not reported.
 */
export function sendOnLeave(url: string, events: readonly string[]): void {
  const some = fitting(events, BEACON_BYTES);
  if (some.length > 0) navigator.sendBeacon(url, JSON.stringify({ events: some }));
}

/** The first events, in order, whose JSON fits. */
function fitting(events: readonly string[], bytes: number): string[] {
  let left = bytes;
  return events.filter(event => (left -= event.length + 3) > 0);
}
