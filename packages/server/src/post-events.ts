import {
  eventsRequestSchema,
  parse,
  parseJson,
  ServiceRefusal,
  sessionIdSchema,
} from '@secure-call/protocol';
import { appendEvents, type ReceivedEvents, verifyEvents } from './access-event-log.ts';
import { json } from './answers.ts';
import { readBody } from './request-body.ts';
import type { ServiceContext, ServiceTransaction } from './service-context.ts';
import { lockSession, refusalOfEnded, saveEventPlace } from './sessions.ts';

/** 256 events of 8 KiB each. */
const MAX_EVENTS_BODY_BYTES = 2.5 * 1024 * 1024;

/** `POST /sessions/{sid}/events`: takes access events without a proof, as each proves itself. */
export async function postEvents(context: ServiceContext, request: Request, id: string): Promise<Response> {
  const sid = parse(sessionIdSchema, id, 'session id');
  const body = await readBody(request, MAX_EVENTS_BODY_BYTES);
  const { events } = parseJson(eventsRequestSchema, body, 'event list');
  const session = await context.knownSessions.of(sid, context.now());
  const received = await verifyEvents(context.primitives, session, events);
  const ack = await context.commitRows(tx => takeEvents(tx, context, sid, received));
  if (ack instanceof ServiceRefusal) throw ack;
  return json(200, { ack });
}

async function takeEvents(
  tx: ServiceTransaction,
  { limiter, policy }: ServiceContext,
  sid: string,
  received: ReceivedEvents,
): Promise<number | ServiceRefusal> {
  const session = await lockSession(tx, sid);
  const ended = await refusalOfEnded(tx, session);
  const openUntil = (session.ended_at ?? session.expires_at) + policy.eventsOpenSeconds * 1000;
  if (ended && tx.now >= openUntil) return ended;
  const leases = await tx.db.selectFrom('lease').selectAll().where('sid', '=', sid).execute();
  const { place, fault } = await appendEvents(tx, limiter, { session, received, leases });
  saveEventPlace(tx, session, place);
  return fault ?? place.last_event_seq;
}
