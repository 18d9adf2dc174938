import type { AccessEventInput, Bytes } from '@secure-call/protocol';
import type { Progress } from './vault-messages.ts';

/** An open call behind the border of the Worker, wherever its keys come from. */
export interface CallVault {
  /** Plaintext of an audio segment or initialization section, waiting for its key. @throws {SecureCallError} */
  segment(index: number): Promise<Bytes>;
  /** Peaks, whole; undefined where there are none for this listener. @throws {SecureCallError} */
  peaks(): Promise<Bytes | undefined>;
  /** The transcript's WebVTT; undefined where there is none for this listener. @throws {SecureCallError} */
  transcript(): Promise<Bytes | undefined>;
  progress(progress: Progress): void;
  report(event: AccessEventInput): Promise<void>;
  /** Asks for permission to go on now. @throws {SecureCallError} when there is no answer */
  renew(): Promise<void>;
  /** Forgets every key and buffer; the session lives on. */
  lock(): Promise<void>;
  unlock(progress: Progress): Promise<void>;
  /** Wipes everything, then reports the end. */
  close(at: { readonly position: number }): Promise<void>;
}
