import { eventBatches, KEEPALIVE_BYTES } from './event-batches.ts';
import { reach } from './service-request.ts';

/**
 * Sends signed events, as many as fit, while the page goes away. It proves nothing that they were taken: what is not
 * acknowledged stays in the browser's outbox, and comes again with the next page.
 * @param standing - compact JWS, oldest first, the closing event last
 */
export function sendOnLeave(url: string, standing: readonly string[]): void {
  const [events] = eventBatches(standing, KEEPALIVE_BYTES);
  if (events) reach(url, { body: JSON.stringify({ events }), keepalive: true }).catch(() => undefined);
}
