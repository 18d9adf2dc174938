import { closeSync, openSync } from 'node:fs';
import { SecureCallError } from '@secure-call/protocol';
import { Kysely, sql } from 'kysely';
import Database from 'libsql';
import { Announcements } from './announcements.ts';
import { GroupedTransactions } from './grouped-transactions.ts';
import { migrations, type SqlDialect } from './migrations.ts';
import type { Schema } from './schema.ts';
import { ImmediateSqliteDialect } from './sqlite-driver.ts';
import type { Store } from './store.ts';

const BUSY_TIMEOUT_MS = 5000;

export const sqliteDialect: SqlDialect = {
  counter: 'integer primary key autoincrement',
  clustered: 'without rowid',
  auditColumns: '',
  settling: 'store_order',
  moving: '',
  appendOnly: table => `
    create trigger ${table}_no_update before update on ${table}
      begin select raise(abort, 'the access record is append-only'); end;
    create trigger ${table}_no_delete before delete on ${table}
      begin select raise(abort, 'the access record is append-only'); end;`,
  // A column that must not be null can become one that may only in a new table.
  retiring: `
    drop trigger audit_no_update;
    drop trigger audit_no_delete;
    create table audit_kept (
      store_order integer primary key autoincrement,
      tenant text not null, chain text not null, seq bigint not null,
      received_at text not null, author text not null, type text not null,
      actor text, unit text, patient text, call text,
      body text, salt text, body_hash text not null, prev text not null, hash text not null,
      unique (tenant, chain, seq),
      check ((body is null) = (salt is null))
    );
    insert into audit_kept select store_order, tenant, chain, seq, received_at, author, type, actor, unit, patient, call,
      body, salt, body_hash, prev, hash from audit order by store_order;
    drop table audit;
    alter table audit_kept rename to audit;
    create index audit_call on audit (tenant, call, store_order);
    create index audit_patient on audit (tenant, patient, store_order);
    create index audit_type on audit (tenant, type, received_at);
    create index audit_settling on audit (tenant, store_order);
    create trigger audit_no_delete before delete on audit
      begin select raise(abort, 'the access record is append-only'); end;
    create trigger audit_no_update before update on audit
      when not (
        old.body is not null and new.body is null and new.salt is null
        and (new.store_order, new.tenant, new.chain, new.seq, new.received_at, new.author, new.type, new.actor, new.unit,
          new.patient, new.call, new.body_hash, new.prev, new.hash)
        is (old.store_order, old.tenant, old.chain, old.seq, old.received_at, old.author, old.type, old.actor, old.unit,
          old.patient, old.call, old.body_hash, old.prev, old.hash)
        and old.received_at < strftime('%Y-%m-%dT%H:%M:%fZ', 'now', '-5 years')
      )
      begin select raise(abort, 'the access record is append-only'); end;`,
};

/**
 * Opens the embedded store: SQLite in WAL mode with synchronous=FULL, so that what a transaction acknowledged survives
 * a power cut.
 * @param path - a file, created when missing for its owner only, or ':memory:' for tests
 * @throws {SecureCallError} `configuration_invalid` when the file cannot be used, is not durable, or is newer than this program
 */
export function openSqliteStore(path: string): Store {
  const memory = path === ':memory:';
  if (!memory) createPrivateFile(path);
  const database = openDatabase(path);
  try {
    makeDurable(database, memory);
    migrate(database);
  } catch (cause) {
    database.close();
    throw cause;
  }
  const db = new Kysely<Schema>({ dialect: new ImmediateSqliteDialect(database, memory ? undefined : path) });
  const announcements = new Announcements();
  const { run: transaction } = new GroupedTransactions(db, messages => announcements.deliver(messages));
  return {
    transaction,
    // SQLite has one writer at a time.
    rowTransaction: transaction,
    read: work => work(db),
    subscribe: listener => announcements.subscribe(listener),
    settled: sql<boolean>`true`,
    settling: sql<number>`audit.store_order`,
    // Kysely closes a database only once a query ran.
    close: async () => {
      await db.destroy();
      if (database.open) database.close();
    },
  };
}

/**
 * SQLite would create the file readable for everyone; its -wal and -shm get the mode of the database. A file that exists
 * is not opened here: closing it would release locks that this process holds on it.
 */
function createPrivateFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    if (code === 'EEXIST') return;
    const why = code === 'ENOENT' ? 'cannot be made: its folder does not exist' : 'cannot be made';
    throw unusable(`The database file ${why}.`, cause);
  }
}

function openDatabase(path: string): Database.Database {
  try {
    return new Database(path);
  } catch (cause) {
    throw unusable('The database file cannot be opened.', cause);
  }
}

function makeDurable(database: Database.Database, memory: boolean): void {
  database.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
  database.exec('PRAGMA journal_mode = WAL');
  database.exec('PRAGMA synchronous = FULL');
  database.exec('PRAGMA foreign_keys = ON');
  const durable =
    pragma(database, 'synchronous') === 2 && (memory || pragma(database, 'journal_mode') === 'wal');
  if (!durable) throw unusable('The database cannot promise to keep what it acknowledged.');
  if (pragma(database, 'foreign_keys') !== 1) throw unusable('The database does not enforce foreign keys.');
}

function pragma(database: Database.Database, name: string): unknown {
  const rows = database.prepare(`PRAGMA ${name}`).raw().all();
  const first = rows[0];
  return Array.isArray(first) ? first[0] : undefined;
}

function migrate(database: Database.Database): void {
  const versions = migrations(sqliteDialect);
  database
    .transaction(() => {
      const version = Number(pragma(database, 'user_version'));
      if (version > versions.length) throw unusable('The database was written by a newer version.');
      for (const statements of versions.slice(version)) database.exec(statements);
      database.exec(`PRAGMA user_version = ${versions.length}`);
    })
    .immediate();
}

const unusable = (message: string, cause?: unknown): SecureCallError =>
  new SecureCallError('configuration_invalid', message, { cause });
