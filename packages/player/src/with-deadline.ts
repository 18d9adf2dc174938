import { SecureCallError } from '@secure-call/protocol';

/**
 * Waits for a host's callback, whether it heeds its signal or not.
 * @throws {SecureCallError} `service_unreachable` when time is over, else whatever the callback throws
 */
export async function withDeadline<Result>(
  work: (signal: AbortSignal) => Promise<Result>,
  milliseconds: number,
  session: AbortSignal,
): Promise<Result> {
  const attempt = new AbortController();
  const stop = (): void => attempt.abort();
  session.addEventListener('abort', stop, { once: true });
  const timer = setTimeout(stop, milliseconds);
  const over = new Promise<never>((_, reject) => {
    attempt.signal.addEventListener('abort', () =>
      reject(new SecureCallError('service_unreachable', 'The application does not answer.')),
    );
  });
  if (session.aborted) stop();
  try {
    return await Promise.race([work(attempt.signal), over]);
  } finally {
    clearTimeout(timer);
    session.removeEventListener('abort', stop);
  }
}
