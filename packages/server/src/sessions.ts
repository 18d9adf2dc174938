import { type GrantClaims, type Json, ServiceRefusal, type SessionId } from '@secure-call/protocol';
import type { Kysely, Selectable } from 'kysely';
import type { RecordSubject } from './audit-writer.ts';
import type { ChangingColumn, KnownSession, LastingSession } from './known-sessions.ts';
import type { Pace } from './pacing.ts';
import { PreparedQuery } from './prepared-query.ts';
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
): Promise<KnownSession> {
  const session = await context.knownSessions.of(sid, context.now());
  if (session.row.jkt !== jkt)
    throw new ServiceRefusal('proof_invalid', 'The proof was made by another browser.');
  return session;
}

/** What a lease is decided by besides the leases before it. */
export interface LockedSession {
  readonly session: SessionRow;
  /** Whether the keys of its call were destroyed. */
  readonly erased: boolean;
  readonly pace: Pace;
}

/** Reads what changes of a session, of its listener's allowance and of its call; until the transaction's end nobody else does. */
export async function lockForLease(
  { db }: ServiceTransaction,
  { row: lasting }: KnownSession,
): Promise<LockedSession> {
  const [found] = await lockedRow.rows(db, { sid: lasting.sid });
  if (!found) throw new ServiceRefusal('not_found', 'There is no such session.');
  const { erased, seconds_left, updated_at, ...changing } = found;
  const pace = { id: lasting.pace_id, seconds_left, updated_at };
  // SQLite has no truth values.
  return { session: { ...lasting, ...changing }, erased: Boolean(erased), pace };
}

type LockedRow = Pick<SessionRow, ChangingColumn> & Omit<Pace, 'id'> & { readonly erased: boolean | number };

const lockedRow = new PreparedQuery<{ sid: string }, LockedRow>((db, { sid }) =>
  db
    .selectFrom('session')
    .innerJoin('pace', 'pace.id', 'session.pace_id')
    .innerJoin('call', join =>
      join
        .onRef('call.tenant', '=', 'session.tenant')
        .onRef('call.call', '=', 'session.call')
        .onRef('call.rev', '=', 'session.rev'),
    )
    .select([
      'session.ended_at',
      'session.ended_why',
      'session.last_event_seq',
      'session.last_event_sha256',
      'session.gap_recorded_seq',
      'session.unexplained_windows',
      'pace.seconds_left',
      'pace.updated_at',
    ])
    .select(eb => eb('call.jwe', 'is', null).as('erased'))
    .where('session.sid', '=', sid)
    .forNoKeyUpdate(['session', 'pace'])
    .forShare('call'),
);

/** How far a session's own chain of events has come. */
export type EventPlace = Pick<
  SessionRow,
  'last_event_seq' | 'last_event_sha256' | 'gap_recorded_seq' | 'unexplained_windows'
>;

/** Writes what changed of a session, if anything did: rubbish that anyone may send must not cost a commit. */
export function saveEventPlace(tx: ServiceTransaction, session: SessionRow, place: EventPlace): void {
  const names = ['last_event_seq', 'gap_recorded_seq', 'unexplained_windows'] as const;
  if (names.every(name => session[name] === place[name])) return;
  tx.write(eventPlace.with(tx.db, { sid: session.sid, ...place }));
}

const eventPlace = new PreparedQuery<EventPlace & { sid: string }>((db, places) =>
  db
    .updateTable('session')
    .set({
      last_event_seq: places.last_event_seq,
      last_event_sha256: places.last_event_sha256,
      gap_recorded_seq: places.gap_recorded_seq,
      unexplained_windows: places.unexplained_windows,
    })
    .where('sid', '=', places.sid),
);

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
export const claimsOf = (session: Pick<SessionRow, 'claims'>): GrantClaims =>
  JSON.parse(session.claims) as GrantClaims;

/** Whose records a session's are. */
export function subjectOf(session: LastingSession): RecordSubject {
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
