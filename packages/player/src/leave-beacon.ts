import { eventBatches } from './event-batches.ts';

/** Browsers allow 64 KiB on leaving a page, shared by all its requests; half is left to the host. */
const BEACON_BYTES = 32 * 1024;

/**
 * Sends signed events, as many as fit, while the page goes away. It proves nothing that it was taken: what is not
 * acknowledged counts as not reported.
 */
export function sendOnLeave(url: string, unacknowledged: readonly string[]): void {
  const [events] = eventBatches(unacknowledged, BEACON_BYTES);
  if (events) navigator.sendBeacon(url, JSON.stringify({ events }));
}
