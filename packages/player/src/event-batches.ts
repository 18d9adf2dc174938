/** Browsers allow 64 KiB to all requests that outlive their page (Fetch, HTTP-network-or-cache fetch); some is left to others. */
export const KEEPALIVE_BYTES: number = 60 * 1024;

/** Of `{"events":[]}` around a list. */
const BODY_BYTES = 13;
/** Of the quotes around an event and the comma behind it. */
const EVENT_BYTES = 3;
/** The service takes no more at once. */
const MAX_EVENTS = 256;

/**
 * Splits signed events into lists whose request bodies have at most so many bytes, keeping their order: the service takes
 * an event only after those before it.
 * @param events - compact JWS, oldest first, each far smaller than a body
 */
export function eventBatches(events: readonly string[], maxBytes: number): string[][] {
  const batches: string[][] = [];
  let left = 0;
  for (const event of events) {
    const bytes = event.length + EVENT_BYTES;
    const last = batches.at(-1);
    if (last && bytes <= left && last.length < MAX_EVENTS) last.push(event);
    else {
      batches.push([event]);
      left = maxBytes - BODY_BYTES;
    }
    left -= bytes;
  }
  return batches;
}
