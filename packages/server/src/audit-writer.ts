import {
  type AuditRecord,
  bodyHash,
  type Json,
  randomBytes,
  recordHash,
  toBase64url,
} from '@secure-call/protocol';
import type { Transaction } from 'kysely';
import type { Schema } from './schema.ts';

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

/** Appends to the hash chains of the access record inside one transaction. */
export class AuditWriter {
  readonly #db: Transaction<Schema>;
  readonly #now: number;
  readonly #types: AuditRecord['type'][] = [];

  /** @param now - milliseconds since the epoch: when everything in this transaction was received */
  constructor(db: Transaction<Schema>, now: number) {
    this.#db = db;
    this.#now = now;
  }

  /** Of the records that this transaction holds. */
  get types(): readonly AuditRecord['type'][] {
    return this.#types;
  }

  async append(subject: RecordSubject, { author = 'server', type, body }: RecordContent): Promise<void> {
    const tail = await this.#tail(subject.tenant, subject.sid ?? '');
    const salt = toBase64url(randomBytes(16));
    const record = {
      ...subject,
      seq: (tail?.seq ?? 0) + 1,
      receivedAt: new Date(this.#now).toISOString(),
      author,
      type,
      body,
      salt,
      bodyHash: await bodyHash(salt, body),
      prev: tail?.hash ?? '',
    };
    const hash = await recordHash(record);
    const { sid, receivedAt, bodyHash: digest, ...columns } = record;
    await this.#db
      .insertInto('audit')
      .values({
        ...columns,
        chain: sid ?? '',
        received_at: receivedAt,
        body: JSON.stringify(body),
        body_hash: digest,
        hash,
      })
      .execute();
    this.#types.push(type);
  }

  #tail(tenant: string, chain: string): Promise<{ seq: number; hash: string } | undefined> {
    return this.#db
      .selectFrom('audit')
      .select(['seq', 'hash'])
      .where('tenant', '=', tenant)
      .where('chain', '=', chain)
      .orderBy('seq', 'desc')
      .limit(1)
      .executeTakeFirst();
  }
}
