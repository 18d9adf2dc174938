import { type GrantClaims, ServiceRefusal, type SessionId } from '@secure-call/protocol';
import type { Json } from '@secure-call/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { RecordSubject } from './audit-writer.ts';
import type { CallTable, Schema, SessionEnd, SessionTable } from './schema.ts';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';
import { announceEnd } from './session-ends.ts';

export type SessionRow = Selectable<SessionTable>;
export type CallRow = Selectable<CallTable>;

export function findSession(db: Kysely<Schema>, sid: string): Promise<SessionRow | undefined> {
  return db.selectFrom('session').selectAll().where('sid', '=', sid).executeTakeFirst();
}

/**
 * Reads a session that a proven request names.
 * @throws {ServiceRefusal} `not_found`; `proof_invalid` when it belongs to another browser
 */
export async function sessionOfProof(
  context: ServiceContext,
  sid: SessionId,
  jkt: string,
): Promise<SessionRow> {
  const session = await context.store.read(db => findSession(db, sid));
  if (!session) throw new ServiceRefusal('not_found', 'There is no such session.');
  if (session.jkt !== jkt)
    throw new ServiceRefusal('proof_invalid', 'The proof was made by another browser.');
  return session;
}

/** Reads a session again inside a transaction, until whose end nobody else changes it. */
export async function lockSession({ db }: ServiceTransaction, sid: string): Promise<SessionRow> {
  return db
    .selectFrom('session')
    .selectAll()
    .where('sid', '=', sid)
    .forNoKeyUpdate()
    .executeTakeFirstOrThrow();
}

/** A registered packaging of a call; without `rev` the current one. */
export function findCall(
  db: Kysely<Schema>,
  tenant: string,
  call: string,
  rev?: number,
): Promise<CallRow | undefined> {
  const query = db.selectFrom('call').selectAll().where('tenant', '=', tenant).where('call', '=', call);
  const chosen = rev === undefined ? query.orderBy('rev', 'desc').limit(1) : query.where('rev', '=', rev);
  return chosen.executeTakeFirst();
}

/** Whether the keys of a session's call were destroyed, whatever is still in memory; until the end they are not. */
export async function isErased(
  { db }: ServiceTransaction,
  session: Pick<SessionRow, 'tenant' | 'call' | 'rev'>,
): Promise<boolean> {
  const { jwe } = await db
    .selectFrom('call')
    .select('jwe')
    .where('tenant', '=', session.tenant)
    .where('call', '=', session.call)
    .where('rev', '=', session.rev)
    .forShare()
    .executeTakeFirstOrThrow();
  return jwe === null;
}

/** The grant's claims, as they were verified when the session was opened. */
export const claimsOf = (session: SessionRow): GrantClaims => JSON.parse(session.claims) as GrantClaims;

/** Whose records a session's are. */
export function subjectOf(session: SessionRow): RecordSubject {
  const { tenant, sid, sub, unit, patient, call } = session;
  return { tenant, sid, actor: sub, unit, patient, call };
}

const refusalAfter: Record<SessionEnd, () => ServiceRefusal> = {
  closed: () => new ServiceRefusal('session_expired', 'This session has been closed.'),
  expired: () => new ServiceRefusal('session_expired', 'This session has ended; open the recording again.'),
  revoked: () => new ServiceRefusal('session_revoked', 'The permission to listen has been withdrawn.'),
  erased: () => new ServiceRefusal('call_erased', 'This recording has been erased.'),
};

/**
 * Why a session may not go on. One whose time is over is ended here, so that its end stands in the record.
 * @returns undefined when it may go on
 */
export async function refusalOfEnded(
  tx: ServiceTransaction,
  session: SessionRow,
): Promise<ServiceRefusal | undefined> {
  if (session.ended_why !== null) return refusalAfter[session.ended_why]();
  if (tx.now < session.expires_at) return undefined;
  await endSession(tx, session, 'expired', {});
  return refusalAfter.expired();
}

const endRecord = {
  closed: 'session.closed',
  expired: 'session.expired',
  revoked: 'session.revoked',
  erased: 'session.revoked',
} as const satisfies Record<SessionEnd, string>;

/** Ends an open session, records it, and tells its player. */
export async function endSession(
  tx: ServiceTransaction,
  session: SessionRow,
  why: SessionEnd,
  body: { readonly [name: string]: Json },
): Promise<void> {
  await tx.db
    .updateTable('session')
    .set({ ended_at: why === 'expired' ? session.expires_at : tx.now, ended_why: why })
    .where('sid', '=', session.sid)
    .execute();
  await tx.audit.append(subjectOf(session), { type: endRecord[why], body });
  announceEnd(tx, session.sid, why);
}
