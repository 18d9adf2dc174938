import { type AuditRecord, type Json, nameSchema, parse, ServiceRefusal } from '@secure-call/protocol';
import { type Selectable, sql } from 'kysely';
import * as v from 'valibot';
import { ndjson, ndjsonLine } from './answers.ts';
import { recordReading } from './log-reading.ts';
import { recordOrderSchema } from './record-order.ts';
import { officerOf } from './role-check.ts';
import type { AuditTable } from './schema.ts';
import type { ServiceContext } from './service-context.ts';
import type { Store } from './store.ts';

export const PAGE_RECORDS = 1000;

/** Of a record. */
export const recordColumns = [
  'audit.store_order',
  'audit.tenant',
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
  'audit.hash',
] as const;

const querySchema = v.strictObject({
  /** '1': the answer goes on with new records as they are committed. */
  follow: v.exactOptional(v.picklist(['0', '1'])),
  /** Only records behind the one of this order. */
  after: v.exactOptional(recordOrderSchema, '0'),
  sid: v.exactOptional(nameSchema),
  call: v.exactOptional(nameSchema),
});
type LogQuery = v.InferOutput<typeof querySchema>;

/** A record and its place in the order of commits, from which a reader goes on. */
export type OrderedRecord = AuditRecord & { readonly order: number };

/** `GET /audit/records`: the tenant's record as NDJSON. Reading it is itself recorded, once per request. */
export async function getRecords(context: ServiceContext, request: Request): Promise<Response> {
  const officer = await officerOf(context, request, ['auditor', 'privacy']);
  const parameters = Object.fromEntries(new URL(request.url).searchParams);
  const query = parse(querySchema, parameters, 'query');
  if (query.after > 0) await assertInRecord(context, officer.tenant.id, query.after);
  await recordReading(context, officer, { view: 'records', query: parameters });
  // Whoever follows for longer shows a fresh token, and goes on behind the last order.
  const expiry = AbortSignal.timeout(Math.max(0, officer.claims.exp * 1000 - context.now()));
  return ndjsonOf(ended => {
    const signal = AbortSignal.any([request.signal, context.signal, ended, expiry]);
    return recordsAfter(context, officer.tenant.id, query, signal);
  });
}

/** Newline-delimited JSON of what comes, as it is asked for. @param begin - the signal is aborted when nobody reads any more */
export function ndjsonOf(begin: (ended: AbortSignal) => AsyncGenerator<unknown, void, undefined>): Response {
  const ended = new AbortController();
  const values = begin(ended.signal);
  const lines = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await values.next();
      if (next.done) controller.close();
      else controller.enqueue(ndjsonLine(next.value));
    },
    cancel: () => ended.abort(),
  });
  return ndjson(lines);
}

async function* recordsAfter(
  context: ServiceContext,
  tenant: string,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<OrderedRecord, void, undefined> {
  let after = query.after;
  while (!signal.aborted) {
    const { version } = context.feed;
    const page = await readPage(context, tenant, { ...query, after });
    for (const record of page) yield record;
    after = page.at(-1)?.order ?? after;
    if (query.follow !== '1') return;
    if (page.length === 0) await context.feed.changedSince(version, signal);
  }
}

async function readPage(
  { store }: ServiceContext,
  tenant: string,
  { after, sid, call }: LogQuery,
): Promise<OrderedRecord[]> {
  const rows = await store.read(db => {
    let page = db
      .selectFrom('audit')
      .leftJoin('audit_node', 'audit_node.store_order', 'audit.store_order')
      .select([...recordColumns, 'audit_node.place as n'])
      .where('audit.tenant', '=', tenant)
      .where(store.settled);
    if (sid !== undefined) page = page.where('chain', '=', sid);
    if (call !== undefined) page = page.where('call', '=', call);
    if (after > 0) page = page.where(behind(store, after));
    return page.orderBy(store.settling).orderBy('audit.store_order').limit(PAGE_RECORDS).execute();
  });
  return rows.map(orderedRecord);
}

/** In the order in which records settle: of two that are written at once, the one that is numbered first may come last. */
const behind = ({ settling }: Store, order: number) =>
  sql<boolean>`(${settling}, audit.store_order) >
    (select ${settling}, audit.store_order from audit where audit.store_order = ${order})`;

async function assertInRecord({ store }: ServiceContext, tenant: string, order: number): Promise<void> {
  const found = await store.read(db =>
    db
      .selectFrom('audit')
      .select('tenant')
      .where('store_order', '=', order)
      .where('tenant', '=', tenant)
      .executeTakeFirst(),
  );
  if (!found) throw new ServiceRefusal('request_invalid', 'There is no record of this number to go on from.');
}

/** A row of the record, with its number once it has one. */
type NumberedRow = Selectable<AuditTable> & { readonly n: number | null };

const orderedRecord = (row: NumberedRow): OrderedRecord => ({ ...auditRecord(row), order: row.store_order });

export function auditRecord(row: NumberedRow): AuditRecord {
  const {
    store_order: _order,
    chain,
    received_at: receivedAt,
    body_hash: bodyHash,
    body,
    type,
    ...rest
  } = row;
  return {
    sid: chain === '' ? null : chain,
    receivedAt,
    // Only AuditWriter writes this table, and it takes no other types.
    type: type as AuditRecord['type'],
    body: body === null ? null : (JSON.parse(body) as Json),
    bodyHash,
    ...rest,
  };
}
