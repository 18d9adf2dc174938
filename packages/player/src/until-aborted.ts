import { SecureCallError } from '@secure-call/protocol';

/**
 * Waits for work that may not heed the signal, until it is done or nobody waits any more.
 * @throws {SecureCallError} `destroyed` when the signal aborts first, else whatever the work throws
 */
export async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  const closed = new SecureCallError('destroyed', 'The call was closed.');
  let stop = (): void => undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(closed);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
