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
import { appendEvents, type ReceivedEvents, verifyEvents } from './access-event-log.ts';
import { json } from './answers.ts';
import { epochOf } from './epochs.ts';
import { issueLease, type LeaseOrder } from './issue-lease.ts';
import { leaseOf, type LeaseRow, sessionSecret } from './lease-keys.ts';
import type { OpenedCall } from './opened-calls.ts';
import { checkProof, type FreshProof, spendProof } from './proof-check.ts';
import { readBody } from './request-body.ts';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';
import {
  findCall,
  isErased,
  lockSession,
  refusalOfEnded,
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
  const [events, opened] = await Promise.all([
    verifyEvents(session, asked.events),
    openCallOf(context, session),
  ]);
  // Worked out while the record is written; whoever is refused does not need it.
  const secret = sessionSecret(context, session);
  secret.catch(() => undefined);
  const decision = await context.commitRows(tx =>
    decide(tx, context, { session, proof, asked, events, opened }),
  );
  if (decision instanceof ServiceRefusal) throw decision;
  if (opened instanceof ServiceRefusal) throw opened;
  // Only now, after the commit, does any key of this lease come into being.
  const now = context.now();
  const [lease, nonce] = await Promise.all([
    leaseOf(context, session, opened, secret, decision.lease),
    context.nonces.issue(now),
  ]);
  const answer: LeaseAnswer = {
    ...lease,
    ack: decision.ack,
    epoch: decision.epoch,
    nonce,
    serverTime: now,
  };
  return json(200, answer);
}

/** @returns a refusal when the call has been erased, which the transaction will find too, or nothing opens its key now */
async function openCallOf(
  context: ServiceContext,
  session: SessionRow,
): Promise<OpenedCall | ServiceRefusal> {
  const call = await context.store.read(db => findCall(db, session.tenant, session.call, session.rev));
  if (!call?.jwe) return erased();
  try {
    return await context.openedCalls.open(call, context.now());
  } catch (cause) {
    if (cause instanceof ServiceRefusal) return cause;
    throw cause;
  }
}

const erased = (): ServiceRefusal => new ServiceRefusal('call_erased', 'This recording has been erased.');

interface LeaseCase {
  readonly session: SessionRow;
  readonly proof: FreshProof;
  readonly asked: LeaseRequest;
  readonly events: ReceivedEvents;
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
  { session: { sid }, proof, asked, events, opened }: LeaseCase,
): Promise<LeaseDecision | ServiceRefusal> {
  const session = await lockSession(tx, sid);
  await spendProof(tx, proof);
  const ended = await refusalOfEnded(tx, session);
  if (ended) return ended;
  if (await isErased(tx, session)) return erased();
  const { ack, unexplainedWindows, fault } = await appendEvents(tx, context.limiter, session, events);
  if (fault) return fault;
  const order = orderOf(asked);
  const current = { ...session, last_event_seq: ack, unexplained_windows: unexplainedWindows };
  const lease =
    opened instanceof ServiceRefusal
      ? opened
      : await repeatOrIssue(tx, context, { session: current, opened }, order);
  if (!(lease instanceof ServiceRefusal)) return { lease, ack, epoch: await epochOf(tx.db, session.tenant) };
  await recordRefusal(tx, context, session, order, lease);
  return lease;
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
  { session, opened }: { readonly session: SessionRow; readonly opened: OpenedCall },
  order: LeaseOrder,
): Promise<LeaseRow | ServiceRefusal> {
  const { sid } = session;
  const before = await tx.db
    .selectFrom('lease')
    .selectAll()
    .where('sid', '=', sid)
    .where('lease_seq', '=', order.leaseSeq)
    .executeTakeFirst();
  if (before) {
    const same =
      before.request_from === order.fromSeconds && before.request_tracks === order.tracks.join(',');
    return same
      ? before
      : new ServiceRefusal('lease_conflict', 'This lease number was used for something else.');
  }
  const audio = order.tracks.includes('audio');
  if (audio && session.unexplained_windows >= policy.unexplainedWindows) {
    return new ServiceRefusal('events_required', 'The player has not reported what it played.', {
      expectedEventSeq: session.last_event_seq + 1,
    });
  }
  const lease = await issueLease(tx, policy, { session, manifest: opened.manifest }, order);
  if (audio && !(lease instanceof ServiceRefusal)) {
    const unexplained_windows = session.unexplained_windows + 1;
    await tx.db.updateTable('session').set({ unexplained_windows }).where('sid', '=', sid).execute();
  }
  return lease;
}

async function recordRefusal(
  tx: ServiceTransaction,
  { limiter }: ServiceContext,
  session: SessionRow,
  { leaseSeq, fromSeconds, tracks }: LeaseOrder,
  { code }: ServiceRefusal,
): Promise<void> {
  if (!limiter.admit(JSON.stringify(['lease', session.sid]), tx.now)) return;
  const body = { code, leaseSeq, from: fromSeconds, tracks };
  await tx.audit.append(subjectOf(session), { type: 'lease.refused', body });
}
