import { audioTrack, type GrantClaims, type Json, ServiceRefusal } from '@secure-call/protocol';
import { issueLease, type LeaseOrder, permittedTracks } from './issue-lease.ts';
import { leasesBefore } from './lease-facts.ts';
import type { LeaseRow } from './lease-keys.ts';
import { firstPermittedSecond } from './lease-window.ts';
import type { OpenedCall } from './opened-calls.ts';
import { findPace, lockPace } from './pacing.ts';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';
import { isErased, refusalOfEnded, type SessionRow, subjectOf } from './sessions.ts';
import { allotWatermarkId } from './watermarks.ts';

/** A session before the database has placed it. */
export type PreparedSession = Omit<SessionRow, 'pace_id' | 'watermark_id' | 'started_at' | 'expires_at'>;

export interface SessionCase {
  readonly claims: GrantClaims;
  readonly prepared: PreparedSession;
  readonly opened: OpenedCall;
}

export interface OpenSession {
  readonly session: SessionRow;
  readonly lease: LeaseRow;
}

/**
 * Burns a grant and opens its session, or finds the one it opened before.
 * @throws {ServiceRefusal} when nothing was changed
 */
export async function findOrOpen(
  tx: ServiceTransaction,
  context: ServiceContext,
  found: SessionCase,
): Promise<OpenSession> {
  const before = await tx.db
    .selectFrom('session')
    .selectAll()
    .where('iss', '=', found.claims.iss)
    .where('grant_jti', '=', found.claims.jti)
    .forNoKeyUpdate()
    .executeTakeFirst();
  return before ? repeatSession(tx, found, before) : openSession(tx, context, found);
}

/** A lost answer does not burn a grant: the same browser with the same key gets the same session again. */
async function repeatSession(
  tx: ServiceTransaction,
  { prepared }: SessionCase,
  session: SessionRow,
): Promise<OpenSession> {
  const { grant_sha256: sha256, device_ecdh: ecdh } = prepared;
  if (session.grant_sha256 !== sha256 || session.device_ecdh !== ecdh)
    throw new ServiceRefusal('grant_used', 'This permission has been used; ask for a new one.');
  const ended = await refusalOfEnded(tx, session);
  if (ended) throw ended;
  const lease = await tx.db
    .selectFrom('lease')
    .selectAll()
    .where('sid', '=', session.sid)
    .where('lease_seq', '=', 0)
    .executeTakeFirstOrThrow();
  return { session, lease };
}

async function openSession(
  tx: ServiceTransaction,
  context: ServiceContext,
  { claims, prepared, opened }: SessionCase,
): Promise<OpenSession> {
  if (await isErased(tx, prepared))
    throw new ServiceRefusal('call_erased', 'This recording has been erased.');
  const { tenant, iss, sub } = prepared;
  const session: SessionRow = {
    ...prepared,
    pace_id: await findPace(tx, { tenant, iss, sub, call: prepared.call }, context.policy),
    watermark_id: await allotWatermarkId(tx, tenant),
    started_at: tx.now,
    expires_at: tx.now + claims.call.maxSessionSeconds * 1000,
    unexplained_windows: permittedTracks(claims.call).includes('audio') ? 1 : 0,
  };
  await tx.db.insertInto('session').values(session).execute();
  await recordOpening(tx, session, claims);
  return { session, lease: await firstLease(tx, context, session, claims, opened) };
}

/** What the record tells of every authentic grant, whether it was redeemed or refused. */
export interface GrantFacts extends Pick<GrantClaims, 'iss' | 'jti' | 'name' | 'role'> {
  readonly purpose: string;
  readonly relation: string;
  readonly unitName: string;
  readonly emergency: boolean;
}

export function grantFacts({ iss, jti, name, role, call }: GrantClaims): GrantFacts {
  const { purpose, relation, unit, breakGlass } = call;
  const emergency = breakGlass !== undefined;
  return { iss, jti, name, role, purpose, relation, unitName: unit.name, emergency };
}

type JsonObject = Readonly<Record<string, Json>>;

async function recordOpening(
  tx: ServiceTransaction,
  session: SessionRow,
  claims: GrantClaims,
): Promise<void> {
  const { acr, amr, auth_time, call } = claims;
  const { note, ranges, tracks, maxRate, maxSessionSeconds, breakGlass } = call;
  // As JSON, so that claims that are absent do not stand in the record as undefined.
  const optional = JSON.parse(JSON.stringify({ note, acr, amr, auth_time, ranges, tracks })) as JsonObject;
  const body = {
    ...grantFacts(claims),
    maxRate,
    maxSessionSeconds,
    ...optional,
    rev: session.rev,
    jkt: session.jkt,
    watermarkId: session.watermark_id,
  };
  await tx.audit.append(subjectOf(session), { type: 'grant.redeemed', body });
  if (breakGlass) await tx.audit.append(subjectOf(session), { type: 'breakGlass.started', body: breakGlass });
}

async function firstLease(
  tx: ServiceTransaction,
  { policy }: ServiceContext,
  session: SessionRow,
  { call }: GrantClaims,
  { manifest }: OpenedCall,
): Promise<LeaseRow> {
  const fromSeconds = firstPermittedSecond(audioTrack(manifest), call.ranges);
  if (fromSeconds === undefined)
    throw new ServiceRefusal('not_permitted', 'The permission does not cover any part of the recording.');
  const tracks = permittedTracks(call).includes('audio') ? (['audio'] as const) : [];
  const order: LeaseOrder = { leaseSeq: 0, fromSeconds, tracks };
  const pace = await lockPace(tx, session.pace_id);
  const question = { session, manifest, ranges: call.ranges, order, heard: undefined };
  const { rows: leases } = await tx.db.executeQuery(leasesBefore(tx.db, policy, question, tx.now));
  const lease = await issueLease(tx, policy, { session, call, manifest, pace, leases }, order);
  if (lease instanceof ServiceRefusal) throw lease;
  return lease;
}
