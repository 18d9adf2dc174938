import type { Expression, Kysely, Transaction } from 'kysely';
import type { Schema } from './schema.ts';

/** Tells every service on the same database something, once the transaction is durable and only then. */
export type Announce = (message: string) => void;

/** What a transaction does. */
export type Work<T> = (db: Transaction<Schema>, announce: Announce) => Promise<T>;

export type RunTransaction = <T>(work: Work<T>) => Promise<T>;

/**
 * Where sessions and the access record live. The service uses nothing but kysely's query builder on it, so another
 * database needs only another implementation of this interface.
 */
export interface Store {
  /**
   * Runs `work` as if it were alone: no other transaction sees or changes anything in between. It may be run again from the
   * start when another one got in the way. Resolves only when everything it wrote will survive a power cut; when it rejects,
   * nothing was written.
   */
  transaction: RunTransaction;
  /**
   * The same for work of which much goes on at once, each on rows of its own: it reads `forNoKeyUpdate`
   * or `forShare` whatever it decides by, and only that is sure not to change in between. (`forUpdate` would wait for everyone
   * who adds a row that refers to the one it locks, and they for each other.)
   */
  rowTransaction: RunTransaction;
  /** Runs queries that change nothing. */
  read<T>(work: (db: Kysely<Schema>) => Promise<T>): Promise<T>;
  /**
   * Hears what was announced, by whichever service on this database. `undefined` means that something may have been missed.
   * @returns a function that stops listening
   */
  subscribe(listener: (message: string | undefined) => void): () => void;
  /** True of records before which, in the order of `settling`, no further one can appear any more. */
  readonly settled: Expression<boolean>;
  /**
   * Of a record: grows in the order in which records settle. When one has settled, none comes later that is less. Equal ones settle
   * together.
   */
  readonly settling: Expression<string | number>;
  close(): Promise<void>;
}
