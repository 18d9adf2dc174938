import type { ServiceTransaction } from './service-context.ts';
import type { SessionRow } from './sessions.ts';

/** Which sessions; every member that is there narrows it. */
export interface SessionScope {
  readonly session?: string;
  readonly person?: string;
  readonly call?: string;
  readonly unit?: string;
}

/** Locks the open sessions that match. */
export function openSessions(
  tx: ServiceTransaction,
  tenant: string,
  { session, person, call, unit }: SessionScope,
): Promise<SessionRow[]> {
  let query = tx.db
    .selectFrom('session')
    .selectAll()
    .where('tenant', '=', tenant)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', tx.now);
  if (session !== undefined) query = query.where('sid', '=', session);
  if (person !== undefined) query = query.where('sub', '=', person);
  if (call !== undefined) query = query.where('call', '=', call);
  if (unit !== undefined) query = query.where('unit', '=', unit);
  return query.forNoKeyUpdate().execute();
}
