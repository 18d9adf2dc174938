import { statSync } from 'node:fs';
import {
  CompiledQuery,
  type DatabaseConnection,
  type Driver,
  type QueryCompiler,
  type SelectModifierNode,
  SqliteDialect,
  SqliteDriver,
  SqliteQueryCompiler,
} from 'kysely';
import type Database from 'libsql';
import { statementName } from './prepared-query.ts';

/** Kysely on one SQLite connection that keeps prepared statements ready, and whose transactions end only as they are told to. */
export class ImmediateSqliteDialect extends SqliteDialect {
  readonly #connection: WatchedDatabase;

  /** @param path - of the file, undefined in memory */
  constructor(database: Database.Database, path: string | undefined) {
    const connection = new WatchedDatabase(database, path);
    super({ database: connection });
    this.#connection = connection;
  }

  override createDriver(): Driver {
    return new ImmediateSqliteDriver(this.#connection);
  }

  override createQueryCompiler(): QueryCompiler {
    return new LocklessSqliteQueryCompiler();
  }
}

/** Takes the write lock at the start: a transaction that reads first could otherwise fail when it comes to write. */
class ImmediateSqliteDriver extends SqliteDriver {
  readonly #database: WatchedDatabase;

  constructor(database: WatchedDatabase) {
    super({ database });
    this.#database = database;
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // One that began although it was said to have failed.
    if (this.#database.isOpenTransaction) await super.rollbackTransaction(connection);
    await connection.executeQuery(CompiledQuery.raw('begin immediate'));
    this.#database.inTransaction = true;
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    this.#database.assertInPlace();
    await super.commitTransaction(connection);
    this.#database.inTransaction = false;
  }

  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    this.#database.inTransaction = false;
    // A full disk may have ended the transaction already.
    if (this.#database.isOpenTransaction) await super.rollbackTransaction(connection);
  }
}

type Statement = Database.Statement;

/** What kysely prepares its statements on. */
class WatchedDatabase {
  readonly #database: Database.Database;
  readonly #ready = new Map<string, Statement>();
  readonly #files: readonly string[];
  #places: readonly string[] | undefined;
  /** Whether a transaction is meant to be under way. */
  inTransaction = false;

  constructor(database: Database.Database, path: string | undefined) {
    this.#database = database;
    this.#files = path === undefined ? [] : [path, `${path}-wal`];
  }

  /** @throws when a file was removed or replaced: what is written to it now nobody will find again */
  assertInPlace(): void {
    const places = this.#files.map(file => {
      const { dev, ino } = statSync(file);
      return `${dev} ${ino}`;
    });
    this.#places ??= places;
    if (places.some((place, at) => place !== this.#places?.[at]))
      throw new Error('The database was replaced by another.');
  }

  get isOpenTransaction(): boolean {
    // What is closed cannot be asked.
    return this.#database.open && this.#database.inTransaction;
  }

  /**
   * @throws when SQLite has rolled the transaction back by itself, as it does on a full disk: what came after it would stand
   *   there on its own
   */
  prepare(sql: string): Statement {
    if (this.inTransaction && !this.isOpenTransaction) throw new Error('The transaction was rolled back.');
    const ready = this.#ready.get(sql);
    if (ready) return ready;
    const statement = this.#database.prepare(sql);
    if (statementName(sql) !== undefined || PLAIN.has(sql)) this.#ready.set(sql, statement);
    return statement;
  }

  close(): void {
    this.#ready.clear();
    this.#database.close();
  }
}

const PLAIN: ReadonlySet<string> = new Set([
  'begin immediate',
  'commit',
  'savepoint work',
  'release work',
  'rollback to work',
]);

/** SQLite locks the whole database and knows no locks of rows. */
class LocklessSqliteQueryCompiler extends SqliteQueryCompiler {
  protected override visitSelectModifier(node: SelectModifierNode): void {
    if (node.modifier !== 'ForNoKeyUpdate' && node.modifier !== 'ForShare') super.visitSelectModifier(node);
  }
}
