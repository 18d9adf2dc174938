import type { Socket } from 'node:net';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Driver,
  PostgresDialect,
  type PostgresDialectConfig,
  type QueryResult,
  type TransactionSettings,
} from 'kysely';
import type pg from 'pg';
import { statementName } from './prepared-query.ts';

/** Kysely on a pool of connections that send queries without waiting for the one before, and keep prepared ones ready. */
export class PipelinedPostgresDialect extends PostgresDialect {
  readonly #pool: pg.Pool;

  /** @param pool - with `pipeline: true` */
  constructor(pool: pg.Pool) {
    super({ pool } satisfies PostgresDialectConfig);
    this.#pool = pool;
  }

  override createDriver(): Driver {
    return new PipelinedDriver(this.#pool);
  }
}

class PipelinedDriver implements Driver {
  readonly #pool: pg.Pool;
  readonly #connections = new WeakMap<pg.PoolClient, PipelinedConnection>();

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  init(): Promise<void> {
    return Promise.resolve();
  }

  async acquireConnection(): Promise<PipelinedConnection> {
    const client = await this.#pool.connect();
    const connection = this.#connections.get(client) ?? new PipelinedConnection(client);
    this.#connections.set(client, connection);
    return connection;
  }

  async beginTransaction(
    connection: PipelinedConnection,
    { isolationLevel }: TransactionSettings,
  ): Promise<void> {
    const level = isolationLevel ? ` isolation level ${isolationLevel}` : '';
    await connection.command(`start transaction${level}`);
  }

  /** PostgreSQL answers the commit of a transaction in which something failed with a rollback, and with no error. */
  async commitTransaction(connection: PipelinedConnection): Promise<void> {
    const done = await connection.command('commit');
    if (done !== 'COMMIT') throw new Error('The transaction was rolled back.');
  }

  async rollbackTransaction(connection: PipelinedConnection): Promise<void> {
    await connection.command('rollback');
  }

  releaseConnection(connection: PipelinedConnection): Promise<void> {
    connection.release();
    return Promise.resolve();
  }

  destroy(): Promise<void> {
    return this.#pool.end();
  }
}

const CHANGING: ReadonlySet<string> = new Set(['INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** What of pg's connection its types leave out. */
interface WithStream {
  readonly connection: { readonly stream: Pick<Socket, 'cork' | 'uncork'> };
}

class PipelinedConnection implements DatabaseConnection {
  readonly #client: pg.PoolClient;
  readonly #stream: WithStream['connection']['stream'];
  #corked = false;
  #inDoubt = false;

  constructor(client: pg.PoolClient) {
    this.#client = client;
    this.#stream = (client as unknown as WithStream).connection.stream;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    this.#sendTogether();
    const name = statementName(sql);
    const query = { text: sql, values: [...parameters], ...(name === undefined ? {} : { name }) };
    const { command, rowCount, rows } = (await this.#client.query(query)) as pg.QueryResult & {
      rows: Row[];
    };
    return CHANGING.has(command) ? { numAffectedRows: BigInt(rowCount ?? 0), rows } : { rows };
  }

  /** What is asked for at one moment goes out in one piece: the system calls cost more than the queries. */
  #sendTogether(): void {
    if (this.#corked) return;
    this.#corked = true;
    this.#stream.cork();
    process.nextTick(() => {
      this.#corked = false;
      this.#stream.uncork();
    });
  }

  /** @returns what the server says that it did */
  async command(sql: string): Promise<string> {
    try {
      return (await this.#client.query(sql)).command;
    } catch (cause) {
      // Whether a transaction is under way on it, nobody knows.
      this.#inDoubt = true;
      throw cause;
    }
  }

  // oxlint-disable-next-line require-yield -- nothing here streams, and kysely's interface wants it
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('The store does not stream.');
  }

  release(): void {
    this.#client.release(this.#inDoubt);
  }
}
