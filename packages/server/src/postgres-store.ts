import { setTimeout as pause } from 'node:timers/promises';
import { SecureCallError } from '@secure-call/protocol';
import { type IsolationLevel, type Kysely as Database, Kysely, sql, type Transaction } from 'kysely';
import pg from 'pg';
import { PostgresAnnouncements } from './postgres-announcements.ts';
import { PipelinedPostgresDialect } from './postgres-driver.ts';
import { migratePostgres } from './postgres-migrations.ts';
import type { Schema } from './schema.ts';
import type { Store, Work } from './store.ts';

export interface PostgresStoreOptions {
  /** postgres:// address of the role that the service works as. */
  readonly url: string;
  /**
   * Address of the role that owns the tables and brings the schema up to date. With one of its own the service's role may only
   * add to the access record. @default `url`
   */
  readonly ownerUrl?: string;
  /** Connections at most. @default 10 */
  readonly connections?: number;
}

const DEFAULT_CONNECTIONS = 10;

/** A database that does not answer is one that is gone: no key is released. */
const ANSWER_TIMEOUT_MS = 5000;

/** For so long a transaction that others get in the way of is tried again. */
const RETRY_MS = 5000;
const LONGEST_PAUSE_MS = 20;

/** Others got in the way: serialization failure, deadlock, and a row that another one inserted meanwhile. */
const IN_THE_WAY = new Set(['40001', '40P01', '23505']);

const INT8 = 20;

/**
 * Opens a store on PostgreSQL that several services may share.
 * @throws {SecureCallError} `configuration_invalid` when the database cannot be reached, is not durable, or is newer than this
 *   program
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<Store> {
  const { url, ownerUrl = url, connections = DEFAULT_CONNECTIONS } = options;
  const pool = new pg.Pool({ ...clientOptions(url), max: connections, pipeline: true });
  // A connection that breaks fails the query that runs on it, and is replaced when one is needed.
  pool.on('error', () => undefined);
  pool.on('connect', client => client.on('error', () => undefined));
  try {
    await assertDurable(pool);
    await migratePostgres(ownerUrl, await currentRole(pool));
    const announcements = await PostgresAnnouncements.listen(clientOptions(url));
    return storeOf(new Kysely<Schema>({ dialect: new PipelinedPostgresDialect(pool) }), announcements);
  } catch (cause) {
    await pool.end();
    if (cause instanceof SecureCallError) throw cause;
    throw new SecureCallError('configuration_invalid', 'The database cannot be used.', { cause });
  }
}

const clientOptions = (url: string): pg.ClientConfig => ({
  connectionString: url,
  application_name: 'secure-call',
  connectionTimeoutMillis: ANSWER_TIMEOUT_MS,
  query_timeout: ANSWER_TIMEOUT_MS,
  statement_timeout: ANSWER_TIMEOUT_MS,
  idle_in_transaction_session_timeout: 2 * ANSWER_TIMEOUT_MS,
  keepAlive: true,
  types: {
    // Times and counts are far below 2^53.
    getTypeParser: (id: number, format?: 'text' | 'binary') =>
      id === INT8 ? Number : pg.types.getTypeParser(id, format),
  },
});

/** A server that acknowledges what it has not written would lose records of keys that are out. */
async function assertDurable(pool: pg.Pool): Promise<void> {
  for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
    const { rows } = await pool.query<{ value: string }>('select current_setting($1) as value', [setting]);
    if (rows[0]?.value !== 'off') continue;
    throw new SecureCallError(
      'configuration_invalid',
      `The database runs with ${setting} = off, so it cannot promise to keep what it acknowledged.`,
    );
  }
}

async function currentRole(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ role: string }>('select current_user as role');
  return rows[0]?.role ?? '';
}

function storeOf(db: Database<Schema>, announcements: PostgresAnnouncements): Store {
  return {
    transaction: work => transaction(db, 'serializable', work),
    rowTransaction: work => transaction(db, 'read committed', work),
    read: work => work(db),
    subscribe: listener => announcements.subscribe(listener),
    // Numbers are given when a record is written, not when it is committed: whoever follows waits for those still under way.
    settled: sql<boolean>`written_in <
      (pg_snapshot_xmin(pg_current_snapshot())::text::bigint + settling_shift())::text::xid8`,
    // The order of transactions: of two at a time, the one that began to write first may number its records last.
    settling: sql<string>`audit.written_in`,
    close: async () => {
      await announcements.close();
      await db.destroy();
    },
  };
}

async function transaction<T>(db: Database<Schema>, isolation: IsolationLevel, work: Work<T>): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    try {
      return await db
        .transaction()
        .setIsolationLevel(isolation)
        .execute(tx => announcing(tx, work));
    } catch (cause) {
      if (!isInTheWay(cause) || performance.now() - startedAt > RETRY_MS) throw cause;
      await pause(LONGEST_PAUSE_MS * Math.random());
    }
  }
}

async function announcing<T>(tx: Transaction<Schema>, work: Work<T>): Promise<T> {
  const messages: string[] = [];
  const result = await work(tx, message => void messages.push(message));
  for (const message of messages) await PostgresAnnouncements.send(tx, message);
  return result;
}

const isInTheWay = (cause: unknown): boolean =>
  cause instanceof pg.DatabaseError && cause.code !== undefined && IN_THE_WAY.has(cause.code);
