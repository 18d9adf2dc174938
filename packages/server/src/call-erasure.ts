import type { CallId, Json } from '@secure-call/protocol';
import type { Kysely } from 'kysely';
import * as v from 'valibot';
import { tenantSubject } from './audit-writer.ts';
import { raiseEpoch } from './epochs.ts';
import type { OpenedCalls } from './opened-calls.ts';
import type { Schema } from './schema.ts';
import type { ServiceTransaction } from './service-context.ts';
import { openSessions } from './session-scope.ts';
import { endSession } from './sessions.ts';
import type { Store } from './store.ts';

export interface CallErasure {
  readonly tenant: string;
  readonly call: CallId;
  /** Who asked for it; null when it is one that the database had forgotten. */
  readonly actor: string | null;
  readonly body: { readonly [name: string]: Json };
}

/**
 * Destroys the sealed keys of every packaging of a call, ends its sessions, and keeps that it is erased, so that it cannot be
 * registered again. What was erased already stays as it is, and is not recorded again.
 */
export async function eraseKeys(
  tx: ServiceTransaction,
  { tenant, call, actor, body }: CallErasure,
): Promise<void> {
  const { numUpdatedRows } = await tx.db
    .updateTable('call')
    .set({ jwe: null })
    .where('tenant', '=', tenant)
    .where('call', '=', call)
    .where('jwe', 'is not', null)
    .executeTakeFirstOrThrow();
  const { numInsertedOrUpdatedRows } = await tx.db
    .insertInto('erasure')
    .values({ tenant, call })
    .onConflict(conflict => conflict.doNothing())
    .executeTakeFirstOrThrow();
  const sessions = await openSessions(tx, tenant, { call });
  for (const session of sessions) await endSession(tx, session, 'erased', { ...body, scope: 'erasure' });
  if (sessions.length > 0) await raiseEpoch(tx, tenant);
  if (numUpdatedRows === 0n && numInsertedOrUpdatedRows === 0n) return;
  await tx.audit.append(tenantSubject(tenant, { actor, call }), { type: 'call.erased', body });
  tx.announce(JSON.stringify({ erased: call, tenant } satisfies CallErased));
}

/** Whether a call was erased, also when the database does not know it otherwise. */
export async function wasErased(db: Kysely<Schema>, tenant: string, call: string): Promise<boolean> {
  const query = db.selectFrom('erasure').select('call').where('tenant', '=', tenant);
  return (await query.where('call', '=', call).executeTakeFirst()) !== undefined;
}

const erasedSchema = v.pipe(v.string(), v.parseJson(), v.object({ erased: v.string(), tenant: v.string() }));
type CallErased = v.InferOutput<typeof erasedSchema>;

/**
 * Drops keys of calls that any service on the same database erases from this one's memory. (No lease is given for them anyway: each
 * one looks at the call's row.) After a break in which some may have been missed all of them are dropped.
 * @returns a function that stops listening
 */
export function hearErasures(store: Store, openedCalls: OpenedCalls): () => void {
  return store.subscribe(message => {
    if (message === undefined) return openedCalls.forgetAll();
    const { success, output } = v.safeParse(erasedSchema, message);
    if (success) openedCalls.forget(output.tenant, output.erased);
  });
}
