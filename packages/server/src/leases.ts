import {
  type LeaseAnswer,
  type LeaseRequest,
  leaseRequestSchema,
  parse,
  parseJson,
  ServiceRefusal,
  sessionIdSchema,
  type TrackName,
} from '@secure-call/protocol';
import { appendEvents, heardIn, type ReceivedEvents, verifyEvents } from './access-event-log.ts';
import { json } from './answers.ts';
import type { Tail } from './audit-writer.ts';
import { epochIn, epochs } from './epochs.ts';
import { issueLease, type LeaseGround, type LeaseOrder } from './issue-lease.ts';
import type { KnownSession } from './known-sessions.ts';
import { leasesBefore } from './lease-facts.ts';
import { leaseOf, type LeaseRow } from './lease-keys.ts';
import type { OpenedCall } from './opened-calls.ts';
import { runTogether } from './prepared-query.ts';
import { assertSpent, checkProof, type FreshProof, spendingOf } from './proof-check.ts';
import { readBody } from './request-body.ts';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';
import type { Policy } from './service-options.ts';
import {
  type CallRow,
  findCall,
  lockForLease,
  refusalOfEnded,
  saveEventPlace,
  type SessionRow,
  sessionOfProof,
  subjectOf,
} from './sessions.ts';

/** 256 events of 8 KiB each, and the quotes of a string inside a string. */
const MAX_LEASE_BODY_BYTES = 3 * 1024 * 1024;

/** `POST /sessions/{sid}/leases`: keys for the next seconds, once the record of them is durable. */
export async function postLease(context: ServiceContext, request: Request, id: string): Promise<Response> {
  const sid = parse(sessionIdSchema, id, 'session id');
  const body = await readBody(request, MAX_LEASE_BODY_BYTES);
  const proof = await checkProof(context, body, `/sessions/${sid}/leases`);
  const asked = parseJson(leaseRequestSchema, proof.payload, 'lease request');
  const session = await sessionOfProof(context, sid, proof.jkt);
  const received = await verifyEvents(context.primitives, session, asked.events);
  const opened = await openCallOf(context, session);
  const decision = await context.commitRows(tx =>
    decide(tx, context, { session, proof, order: orderOf(asked), received, opened }),
  );
  if (decision instanceof ServiceRefusal) throw decision;
  if (opened instanceof ServiceRefusal) throw opened;
  // Only now, after the commit, does any key of this lease come into being.
  const lease = await leaseOf(context.policy, session, opened, decision.lease);
  const { ack, epoch } = decision;
  const now = context.now();
  const answer: LeaseAnswer = { ...lease, ack, epoch, nonce: context.nonces.issue(now), serverTime: now };
  return json(200, answer);
}

/** @returns a refusal when the call has been erased, which the transaction finds first, or nothing opens its key now */
async function openCallOf(
  context: ServiceContext,
  { row: { tenant, call, rev } }: KnownSession,
): Promise<OpenedCall | ServiceRefusal> {
  const find = (): Promise<CallRow | undefined> => context.store.read(db => findCall(db, tenant, call, rev));
  try {
    return (await context.openedCalls.open({ tenant, call, rev }, find, context.now())) ?? erasedCall();
  } catch (cause) {
    if (cause instanceof ServiceRefusal) return cause;
    throw cause;
  }
}

const erasedCall = (): ServiceRefusal => new ServiceRefusal('call_erased', 'This recording has been erased.');

interface LeaseCase {
  readonly session: KnownSession;
  readonly proof: FreshProof;
  readonly order: LeaseOrder;
  readonly received: ReceivedEvents;
  readonly opened: OpenedCall | ServiceRefusal;
}

interface LeaseDecision {
  readonly lease: LeaseRow;
  readonly ack: number;
  readonly epoch: number;
}

async function decide(
  tx: ServiceTransaction,
  context: ServiceContext,
  found: LeaseCase,
): Promise<LeaseDecision | ServiceRefusal> {
  const { opened, received, order } = found;
  const { session, erased, pace } = await lockForLease(tx, found.session);
  const { leases, epoch } = await readGround(tx, context.policy, found);
  const ended = await refusalOfEnded(tx, session);
  if (ended) return ended;
  if (erased) return erasedCall();
  if (opened instanceof ServiceRefusal) {
    await recordRefusal(tx, context, session, order, opened);
    return opened;
  }
  const { place, fault } = await appendEvents(tx, context.limiter, { session, received, leases });
  const { call } = found.session.claims;
  const ground = { session: { ...session, ...place }, call, manifest: opened.manifest, pace, leases };
  const lease = fault ?? (await repeatOrIssue(tx, context, ground, order));
  const isNewWindow = isLease(lease) && isAudio(order) && !findRepeated(ground, order);
  const unexplained_windows = place.unexplained_windows + (isNewWindow ? 1 : 0);
  saveEventPlace(tx, session, { ...place, unexplained_windows });
  if (isLease(lease)) return { lease, ack: place.last_event_seq, epoch };
  if (!fault) await recordRefusal(tx, context, session, order, lease);
  return lease;
}

const isLease = (lease: LeaseRow | ServiceRefusal): lease is LeaseRow => !(lease instanceof ServiceRefusal);
const isAudio = ({ tracks }: LeaseOrder): boolean => tracks.includes('audio');

/** Uses up the proof, and reads under the session's lock what else the lease is decided by. */
async function readGround(
  { db, audit, now }: ServiceTransaction,
  policy: Policy,
  { session: { row, claims }, proof, order, received, opened }: LeaseCase,
): Promise<{ readonly leases: readonly LeaseRow[]; readonly epoch: number }> {
  const queries = [spendingOf(db, proof), audit.tailOf(row.tenant, row.sid), epochs.with(db, row)];
  if (!(opened instanceof ServiceRefusal)) {
    const { manifest } = opened;
    const { ranges } = claims.call;
    const question = { session: row, manifest, ranges, order, heard: heardIn(received) };
    queries.push(leasesBefore(db, policy, question, now));
  }
  const [spent, tail, epoch, leases] = await runTogether(db, queries);
  assertSpent(spent);
  audit.knowTail(row.tenant, row.sid, tail?.rows as Tail[]);
  return { leases: (leases?.rows ?? []) as LeaseRow[], epoch: epochIn(epoch) };
}

function orderOf({ leaseSeq, from, tracks = ['audio'] }: LeaseRequest): LeaseOrder {
  return { leaseSeq, fromSeconds: from, tracks: [...new Set<TrackName>(tracks)].sort() };
}

/**
 * The same number with the same wishes is the same lease again, neither charged nor recorded. Numbers need not follow
 * each other: each makes a key-encryption key of its own, so gaps and late arrivals do no harm.
 */
async function repeatOrIssue(
  tx: ServiceTransaction,
  { policy }: ServiceContext,
  ground: LeaseGround,
  order: LeaseOrder,
): Promise<LeaseRow | ServiceRefusal> {
  const before = findRepeated(ground, order);
  if (before) {
    const same =
      before.request_from === order.fromSeconds && before.request_tracks === order.tracks.join(',');
    return same
      ? before
      : new ServiceRefusal('lease_conflict', 'This lease number was used for something else.');
  }
  if (isAudio(order) && ground.session.unexplained_windows >= policy.unexplainedWindows) {
    return new ServiceRefusal('events_required', 'The player has not reported what it played.', {
      expectedEventSeq: ground.session.last_event_seq + 1,
    });
  }
  return issueLease(tx, policy, ground, order);
}

const findRepeated = ({ session, leases }: LeaseGround, { leaseSeq }: LeaseOrder): LeaseRow | undefined =>
  leases.find(lease => lease.sid === session.sid && lease.lease_seq === leaseSeq);

async function recordRefusal(
  tx: ServiceTransaction,
  { limiter }: ServiceContext,
  session: SessionRow,
  { leaseSeq, fromSeconds, tracks }: LeaseOrder,
  { code }: ServiceRefusal,
): Promise<void> {
  if (!limiter.admit(JSON.stringify(['lease', session.sid]), tx.now)) return;
  const body = { code, leaseSeq, from: fromSeconds, tracks };
  await limiter.record(tx, { subject: subjectOf(session), content: { type: 'lease.refused', body } });
}
