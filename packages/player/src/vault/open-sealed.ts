import { type Bytes, SecureCallError } from '@secure-call/protocol';

/** One sealed segment on its way to plaintext. */
export interface SealedSegment<Key> {
  /** As storage has it; @throws {SecureCallError} `integrity_failed` when its hash is another */
  readonly stored: () => Promise<Bytes>;
  /** Its key, as soon as there is one. */
  readonly key: () => Promise<Key>;
  readonly open: (key: Key, stored: Bytes) => Promise<Bytes>;
}

/**
 * Fetches, waits for the key, opens.
 * @param damaged - told before the failure is thrown, so that it gets on the record
 * @throws {SecureCallError}
 */
export async function openSealed<Key>(
  segment: SealedSegment<Key>,
  damaged: (why: 'hash' | 'cipher') => Promise<void>,
): Promise<Bytes> {
  let why: 'hash' | 'cipher' = 'hash';
  try {
    const stored = await segment.stored();
    const key = await segment.key();
    why = 'cipher';
    return await segment.open(key, stored);
  } catch (error) {
    if (error instanceof SecureCallError && error.code === 'integrity_failed') await damaged(why);
    throw error;
  }
}
