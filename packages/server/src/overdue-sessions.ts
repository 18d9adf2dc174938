import { recorded } from './service-transaction.ts';
import { endSession } from './sessions.ts';
import type { Store } from './store.ts';

const BATCH_SESSIONS = 100;

/**
 * Ends sessions whose time was over before `before` and that nobody came back to: what waits for the end of a session would
 * otherwise wait for ever.
 * @param before - milliseconds since the epoch
 */
export async function endOverdue(store: Store, tenant: string, before: number, now: number): Promise<void> {
  let ended: number;
  do {
    ended = await recorded(store.rowTransaction, now, async tx => {
      const sessions = await tx.db
        .selectFrom('session')
        .selectAll()
        .where('tenant', '=', tenant)
        .where('ended_at', 'is', null)
        .where('expires_at', '<=', before)
        .orderBy('sid')
        .limit(BATCH_SESSIONS)
        .forNoKeyUpdate()
        .execute();
      for (const session of sessions) await endSession(tx, session, 'expired', {});
      return sessions.length;
    });
  } while (ended === BATCH_SESSIONS);
}
