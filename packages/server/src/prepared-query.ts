import { type Compilable, type CompiledQuery, type Kysely, type QueryResult } from 'kysely';
import type { Schema } from './schema.ts';

/** Stands for a value that is known when the query runs. */
class Place {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

const names = new Map<string, string>();

/** Under which name a database may keep a statement ready; undefined for one that was not prepared. */
export const statementName = (sql: string): string | undefined => names.get(sql);

/**
 * A query of which only values change: kysely builds its text once, which otherwise costs more than most of them take to run,
 * and the database is told that it will come again. Name the columns: `select *` breaks when a newer service adds one.
 */
export class PreparedQuery<V extends object, Row = unknown> {
  readonly #build: (db: Kysely<Schema>, places: V) => Compilable<Row>;
  /** By dialect. */
  readonly #compiled = new WeakMap<object, CompiledQuery<Row>>();

  /** @param build - puts members of `places` where values will stand */
  constructor(build: (db: Kysely<Schema>, places: V) => Compilable<Row>) {
    this.#build = build;
  }

  with(db: Kysely<Schema>, values: V): CompiledQuery<Row> {
    const compiled = this.#compiledFor(db);
    const parameters = compiled.parameters.map((value): unknown =>
      value instanceof Place ? Reflect.get(values, value.name) : value,
    );
    return { ...compiled, parameters };
  }

  async rows(db: Kysely<Schema>, values: V): Promise<Row[]> {
    return (await db.executeQuery(this.with(db, values))).rows;
  }

  #compiledFor(db: Kysely<Schema>): CompiledQuery<Row> {
    const { adapter } = db.getExecutor();
    const before = this.#compiled.get(adapter);
    if (before) return before;
    const places = new Proxy({}, { get: (_, name) => new Place(String(name)) });
    // Kysely only hands them on, as it does with values.
    const compiled = this.#build(db, places as V).compile();
    this.#compiled.set(adapter, compiled);
    if (!names.has(compiled.sql)) names.set(compiled.sql, `secure_call_${names.size}`);
    return compiled;
  }
}

/** Runs queries one after the other, sent together where the database takes them so. @throws what the first that fails throws */
export function runTogether(
  db: Kysely<Schema>,
  queries: readonly CompiledQuery[],
): Promise<QueryResult<unknown>[]> {
  return db
    .getExecutor()
    .provideConnection(connection => Promise.all(queries.map(query => connection.executeQuery(query))));
}
