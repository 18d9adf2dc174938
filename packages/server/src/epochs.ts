import type { Kysely, QueryResult } from 'kysely';
import { PreparedQuery } from './prepared-query.ts';
import type { Schema } from './schema.ts';
import type { ServiceTransaction } from './service-context.ts';

/** How many revocations a tenant has had: a player that sees it grow knows that its answers may be out of date. */
export async function epochOf(db: Kysely<Schema>, tenant: string): Promise<number> {
  return epochIn(await db.executeQuery(epochs.with(db, { tenant })));
}

export const epochs: PreparedQuery<{ tenant: string }, { epoch: number }> = new PreparedQuery(
  (db, { tenant }) => db.selectFrom('epoch').select('epoch').where('tenant', '=', tenant),
);

/** @param result - of `epochs` */
export const epochIn = (result: QueryResult<unknown> | undefined): number =>
  (result?.rows as { epoch: number }[] | undefined)?.[0]?.epoch ?? 0;

export async function raiseEpoch({ db }: ServiceTransaction, tenant: string): Promise<void> {
  await db
    .insertInto('epoch')
    .values({ tenant, epoch: 1 })
    .onConflict(conflict =>
      conflict.column('tenant').doUpdateSet(eb => ({ epoch: eb('epoch.epoch', '+', 1) })),
    )
    .execute();
}
