import { type Kysely, type Selectable, sql } from 'kysely';
import { OPENING_COLUMNS } from './accesses.ts';
import type { ShownRow } from './fhir-events.ts';
import { SESSION_ENDS } from './listening.ts';
import type { DeliveryTable, Schema } from './schema.ts';
import type { Store } from './store.ts';

/** Records of which a repository is told: refusals, emergencies and readings at once, a session at its end. */
const DELIVERED: ReadonlySet<string> = new Set([
  'grant.refused',
  'breakGlass.started',
  'log.read',
  ...SESSION_ENDS,
]);

/** A repository that does not answer for so long is given up before (`AuditRepository`). */
const CLAIM_MS = 120_000;
const PAGE_RECORDS = 1000;
const BATCH_RECORDS = 50;

/** Up to which record a repository knows all. */
export type DeliveryPlace = Pick<Selectable<DeliveryTable>, 'last_settling' | 'last_order'>;

const BEGINNING: DeliveryPlace = { last_settling: null, last_order: 0 };

/** What is delivered next. */
export interface DeliveryPage {
  /** Of records that an event is made of, in the order in which they settled. */
  readonly rows: readonly (ShownRow & { readonly place: DeliveryPlace })[];
  /** Where to go on when all of them are delivered; undefined when there was nothing behind the place. */
  readonly end: DeliveryPlace | undefined;
  /** Whether more is waiting behind that. */
  readonly more: boolean;
}

/**
 * Takes a tenant's delivery upon oneself: of the services on a database one at a time does it, and when it is killed, another one
 * two minutes later.
 * @param who - a name of this service that no other one has
 * @returns from where to go on; undefined when another one is at it
 */
export function claimDelivery(
  store: Store,
  { tenant, who, now }: { readonly tenant: string; readonly who: string; readonly now: number },
): Promise<DeliveryPlace | undefined> {
  return store.rowTransaction(async db => {
    await db
      .insertInto('delivery')
      .values({ tenant, ...BEGINNING, claimed_by: '', claimed_until: 0 })
      .onConflict(conflict => conflict.doNothing())
      .execute();
    const row = await db
      .selectFrom('delivery')
      .selectAll()
      .where('tenant', '=', tenant)
      .forNoKeyUpdate()
      .executeTakeFirstOrThrow();
    if (row.claimed_by !== who && row.claimed_until > now) return undefined;
    await db
      .updateTable('delivery')
      .set({ claimed_by: who, claimed_until: now + CLAIM_MS })
      .where('tenant', '=', tenant)
      .execute();
    return { last_settling: row.last_settling, last_order: row.last_order };
  });
}

/** Writes down how far the repository knows the record. @returns whether the delivery was still ours, and is for as long again */
export async function advanceDelivery(
  store: Store,
  { tenant, who, now }: { readonly tenant: string; readonly who: string; readonly now: number },
  place: DeliveryPlace,
): Promise<boolean> {
  const { numUpdatedRows } = await store.rowTransaction(db =>
    db
      .updateTable('delivery')
      .set({ ...place, claimed_until: now + CLAIM_MS })
      .where('tenant', '=', tenant)
      .where('claimed_by', '=', who)
      .executeTakeFirstOrThrow(),
  );
  return numUpdatedRows > 0n;
}

/** Leaves a delivery to whoever comes next. */
export async function releaseDelivery(store: Store, tenant: string, who: string): Promise<void> {
  await store.rowTransaction(db =>
    db
      .updateTable('delivery')
      .set({ claimed_by: '', claimed_until: 0 })
      .where('tenant', '=', tenant)
      .where('claimed_by', '=', who)
      .execute(),
  );
}

/** Up to where a tenant's record is delivered, whoever does it. */
export async function deliveryPlace(db: Kysely<Schema>, tenant: string): Promise<DeliveryPlace> {
  const row = await db
    .selectFrom('delivery')
    .select(['last_settling', 'last_order'])
    .where('tenant', '=', tenant)
    .executeTakeFirst();
  return row ?? BEGINNING;
}

/** Settled records behind a place. */
export async function deliveryPage(
  store: Store,
  db: Kysely<Schema>,
  tenant: string,
  place: DeliveryPlace,
): Promise<DeliveryPage> {
  const passed = await recordsBehind(store, db, tenant, place);
  const waiting = passed.filter(({ type }) => DELIVERED.has(type));
  const batch = waiting.slice(0, BATCH_RECORDS);
  const last = waiting.length > batch.length ? batch.at(-1) : passed.at(-1);
  const more = waiting.length > batch.length || passed.length === PAGE_RECORDS;
  return { rows: await contentOf(db, batch), end: last && placeOf(last), more };
}

interface PassedRecord {
  readonly store_order: number;
  readonly settling: string | number;
  readonly type: string;
}

const placeOf = ({ settling, store_order }: PassedRecord): DeliveryPlace => ({
  last_settling: String(settling),
  last_order: store_order,
});

function recordsBehind(
  { settled, settling }: Store,
  db: Kysely<Schema>,
  tenant: string,
  { last_settling: mark, last_order: order }: DeliveryPlace,
): Promise<PassedRecord[]> {
  const records = db
    .selectFrom('audit')
    .select(['store_order', 'type', sql<string | number>`${settling}`.as('settling')])
    .where('tenant', '=', tenant)
    .where(settled)
    .orderBy(settling)
    .orderBy('store_order')
    .limit(PAGE_RECORDS);
  if (mark === null) return records.execute();
  return records.where(sql<boolean>`(${settling}, audit.store_order) > (${mark}, ${order})`).execute();
}

async function contentOf(db: Kysely<Schema>, batch: readonly PassedRecord[]): Promise<DeliveryPage['rows']> {
  if (batch.length === 0) return [];
  const orders = batch.map(({ store_order: order }) => order);
  const contents = await db
    .selectFrom('audit')
    .select([...OPENING_COLUMNS, 'type'])
    .where('store_order', 'in', orders)
    // Of what retention has deleted no event can be made.
    .where('body', 'is not', null)
    .execute();
  return batch.flatMap(record => {
    const row = contents.find(({ store_order: order }) => order === record.store_order);
    return row ? [{ ...row, place: placeOf(record) }] : [];
  });
}
