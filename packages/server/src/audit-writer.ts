import { randomBytes } from 'node:crypto';
import { type AuditRecord, bodyHash, type Json, type Primitives, recordHash } from '@secure-call/protocol';
import type { CompiledQuery, Insertable, Transaction } from 'kysely';
import { PreparedQuery } from './prepared-query.ts';
import type { AuditTable, Schema } from './schema.ts';

/** Whose record it is; for a session these come from its grant, never from the client. */
export interface RecordSubject {
  readonly tenant: string;
  /** Null for the tenant's own chain. */
  readonly sid: string | null;
  readonly actor: string | null;
  readonly unit: string | null;
  readonly patient: string | null;
  readonly call: string | null;
}

export interface RecordContent {
  readonly author?: AuditRecord['author'];
  readonly type: AuditRecord['type'];
  readonly body: Json;
}

/** A subject of the tenant's own chain. */
export const tenantSubject = (tenant: string, about: Partial<RecordSubject> = {}): RecordSubject => ({
  sid: null,
  actor: null,
  unit: null,
  patient: null,
  call: null,
  ...about,
  tenant,
});

type AuditRow = Insertable<AuditTable>;

/** Where a chain stands. */
export interface Tail {
  readonly seq: number;
  readonly hash: string;
}

/**
 * Appends to the hash chains of the access record inside one transaction. The records are written together at its end, so nobody
 * reads them in it.
 */
export class AuditWriter {
  readonly #db: Transaction<Schema>;
  readonly #primitives: Primitives;
  readonly #now: number;
  readonly #rows: AuditRow[] = [];
  readonly #tails = new Map<string, Tail>();

  /** @param now - milliseconds since the epoch: when everything in this transaction was received */
  constructor(db: Transaction<Schema>, primitives: Primitives, now: number) {
    this.#db = db;
    this.#primitives = primitives;
    this.#now = now;
  }

  /** Of the records that this transaction holds. */
  get types(): readonly AuditRecord['type'][] {
    return this.#rows.map(({ type }) => type as AuditRecord['type']);
  }

  async append(subject: RecordSubject, { author = 'server', type, body }: RecordContent): Promise<void> {
    const chain = subject.sid ?? '';
    const tail = await this.#tail(subject.tenant, chain);
    const salt = randomBytes(16).toString('base64url');
    const record = {
      ...subject,
      seq: (tail?.seq ?? 0) + 1,
      receivedAt: new Date(this.#now).toISOString(),
      author,
      type,
      body,
      salt,
      bodyHash: await bodyHash(salt, body, this.#primitives),
      prev: tail?.hash ?? '',
    };
    const hash = await recordHash(record, this.#primitives);
    this.#tails.set(nameOf(subject.tenant, chain), { seq: record.seq, hash });
    const { sid: _sid, receivedAt, bodyHash: digest, ...columns } = record;
    const own = { chain, received_at: receivedAt, body: JSON.stringify(body), body_hash: digest, hash };
    this.#rows.push({ ...columns, ...own });
  }

  /** What writes the records, in their order. */
  inserts(): CompiledQuery[] {
    const queries: CompiledQuery[] = [];
    for (let at = 0; at < this.#rows.length; at += ROWS_TOGETHER)
      queries.push(insertOf(this.#db, this.#rows.slice(at, at + ROWS_TOGETHER)));
    return queries;
  }

  /** What reads where a chain stands, for whoever reads more at once; then `knowTail`. */
  tailOf(tenant: string, chain: string): CompiledQuery {
    return lastRecord.with(this.#db, { tenant, chain });
  }

  /** @param rows - what `tailOf` answered */
  knowTail(tenant: string, chain: string, rows: readonly Tail[]): void {
    this.#tails.set(nameOf(tenant, chain), rows[0] ?? { seq: 0, hash: '' });
  }

  async #tail(tenant: string, chain: string): Promise<Tail | undefined> {
    const known = this.#tails.get(nameOf(tenant, chain));
    if (known) return known;
    const [stored] = await lastRecord.rows(this.#db, { tenant, chain });
    return stored;
  }
}

const nameOf = (tenant: string, chain: string): string => JSON.stringify([tenant, chain]);

const lastRecord = new PreparedQuery<{ tenant: string; chain: string }, Tail>((db, { tenant, chain }) =>
  db
    .selectFrom('audit')
    .select(['seq', 'hash'])
    .where('tenant', '=', tenant)
    .where('chain', '=', chain)
    .orderBy('seq', 'desc')
    .limit(1),
);

/** So that few different statements are prepared. */
const ROWS_TOGETHER = 8;

const COLUMNS = [
  'tenant',
  'chain',
  'seq',
  'received_at',
  'author',
  'type',
  'actor',
  'unit',
  'patient',
  'call',
  'body',
  'salt',
  'body_hash',
  'prev',
  'hash',
] as const satisfies (keyof AuditRow)[];

/** For 1, 2 and more rows. */
const inserts = Array.from(
  { length: ROWS_TOGETHER },
  (_, more) =>
    new PreparedQuery<Record<string, never>>((db, places) =>
      db.insertInto('audit').values(
        Array.from({ length: more + 1 }, (__, row) => {
          const values = COLUMNS.map(column => [column, places[`${column} ${row}`]]);
          // The columns are those that a row must have.
          return Object.fromEntries(values) as AuditRow;
        }),
      ),
    ),
);

function insertOf(db: Transaction<Schema>, rows: readonly AuditRow[]): CompiledQuery {
  const insert = inserts[rows.length - 1];
  if (!insert) throw new RangeError('So many rows are not written together.');
  const values = rows.flatMap((row, at) => COLUMNS.map(column => [`${column} ${at}`, row[column]]));
  return insert.with(db, Object.fromEntries(values) as Record<string, never>);
}
