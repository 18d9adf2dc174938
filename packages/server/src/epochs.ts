import type { Kysely } from 'kysely';
import type { Schema } from './schema.ts';
import type { ServiceTransaction } from './service-context.ts';

/** How many revocations a tenant has had: a player that sees it grow knows that its answers may be out of date. */
export async function epochOf(db: Kysely<Schema>, tenant: string): Promise<number> {
  const row = await db.selectFrom('epoch').select('epoch').where('tenant', '=', tenant).executeTakeFirst();
  return row?.epoch ?? 0;
}

export async function raiseEpoch({ db }: ServiceTransaction, tenant: string): Promise<void> {
  await db
    .insertInto('epoch')
    .values({ tenant, epoch: 1 })
    .onConflict(conflict =>
      conflict.column('tenant').doUpdateSet(eb => ({ epoch: eb('epoch.epoch', '+', 1) })),
    )
    .execute();
}
