import { MediaMissing } from './storage-reader.ts';

const RETRY_DELAYS_MS = [250, 500, 1000, 2000, 4000, 8000, 8000];

/**
 * Reads from storage until it delivers, or says that it has nothing to deliver.
 * @throws {SecureCallError} the last failure
 */
export async function readPersistently<Result>(
  read: () => Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  for (const delay of RETRY_DELAYS_MS) {
    try {
      return await read();
    } catch (error) {
      if (error instanceof MediaMissing) throw error;
      await pause(delay, signal);
    }
  }
  return read();
}

/** @throws when the signal aborts */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
