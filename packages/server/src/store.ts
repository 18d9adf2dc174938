import type { Kysely, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

/**
 * Where sessions and the access record live. The service uses nothing but kysely's query builder on it, so another
 * database needs only another implementation of this interface.
 */
export interface Store {
  /**
   * Runs `work` alone: no other transaction sees or changes anything in between. Resolves only when everything it wrote
   * will survive a power cut; when it rejects, nothing was written.
   */
  transaction<T>(work: (db: Transaction<Schema>) => Promise<T>): Promise<T>;
  /** Runs queries that change nothing. */
  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}
