import {
  type AccessEvent,
  type Json,
  type Primitives,
  SecureCallError,
  ServiceRefusal,
  verifyAccessEvent,
} from '@secure-call/protocol';
import type { JWK } from 'jose';
import type { KnownSession } from './known-sessions.ts';
import type { LeaseRow } from './lease-keys.ts';
import { PreparedQuery } from './prepared-query.ts';
import type { RefusalLimiter } from './refusal-limiter.ts';
import type { EventTable } from './schema.ts';
import type { ServiceTransaction } from './service-context.ts';
import { type EventPlace, type SessionRow, subjectOf } from './sessions.ts';
import { mergeRanges, RANGE_TOLERANCE_SECONDS, type TimeRange } from './time-ranges.ts';

/** What explains leased windows: they were played, passed over, or their keys wiped by a lock and leased anew. */
const EXPLAINING: ReadonlySet<AccessEvent['type']> = new Set<AccessEvent['type']>([
  'playback.listened',
  'playback.seeked',
  'session.unlocked',
]);

/** An event whose signature holds. */
interface AuthenticEvent {
  readonly event: AccessEvent;
  readonly jws: string;
  readonly sha256: string;
}

/** What a player sent, as far as it is authentic. */
export interface ReceivedEvents {
  readonly events: readonly AuthenticEvent[];
  /** Whether the event after these is not signed by the session's device, or not an event. */
  readonly badSignature: boolean;
}

/** What became of events, and where the chain stands. */
export interface AppendedEvents {
  /** The number of the last event that is recorded among it. To be saved. */
  readonly place: EventPlace;
  /** Why the rest was not taken; what came before it is kept. */
  readonly fault: ServiceRefusal | undefined;
}

/** Verifies events with the session's device key, outside any transaction. */
export async function verifyEvents(
  primitives: Primitives,
  { deviceJwk, row: { sid } }: KnownSession,
  list: readonly string[],
): Promise<ReceivedEvents> {
  const events: AuthenticEvent[] = [];
  for (const jws of list) {
    const event = await authenticEvent(primitives, jws, deviceJwk);
    if (event?.sid !== sid) return { events, badSignature: true };
    events.push({ event, jws, sha256: await primitives.sha256Base64url(jws) });
  }
  return { events, badSignature: false };
}

async function authenticEvent(
  primitives: Primitives,
  jws: string,
  deviceJwk: JWK,
): Promise<AccessEvent | undefined> {
  try {
    return await verifyAccessEvent(jws, deviceJwk, primitives);
  } catch (cause) {
    // What fails here is not the event's fault.
    if (!(cause instanceof SecureCallError)) throw cause;
    return undefined;
  }
}

/** From the first to the last second that events say were heard; undefined when they say nothing of it. */
export function heardIn({ events }: ReceivedEvents): TimeRange | undefined {
  const ranges = events.flatMap(({ event }) => (event.type === 'playback.listened' ? event.ranges : []));
  if (ranges.length === 0) return undefined;
  return [Math.min(...ranges.map(([from]) => from)), Math.max(...ranges.map(([, to]) => to))];
}

/** Events of a session, and what they are judged by. */
export interface EventCase {
  readonly session: SessionRow;
  readonly received: ReceivedEvents;
  /** At least those of the session that hold what was heard. */
  readonly leases: readonly LeaseRow[];
}

/**
 * Appends what is next in the session's chain. Faults of an event are flagged, never refused, so that nothing can hold
 * up a player's queue; a fork, a gap or a bad signature stops there and is recorded.
 */
export async function appendEvents(
  tx: ServiceTransaction,
  limiter: RefusalLimiter,
  { session, received, leases }: EventCase,
): Promise<AppendedEvents> {
  const chain = new EventChain(tx, limiter, session, leases);
  let fault: ServiceRefusal | undefined;
  for (const event of received.events) {
    fault = await chain.take(event);
    if (fault) break;
  }
  if (!fault && received.badSignature) fault = await chain.refuseSignature();
  return { place: chain.place, fault };
}

class EventChain {
  readonly #tx: ServiceTransaction;
  readonly #limiter: RefusalLimiter;
  readonly #session: SessionRow;
  readonly #leases: readonly LeaseRow[];
  readonly #appended = new Map<number, string>();
  #place: EventPlace;

  constructor(
    tx: ServiceTransaction,
    limiter: RefusalLimiter,
    session: SessionRow,
    leases: readonly LeaseRow[],
  ) {
    this.#tx = tx;
    this.#limiter = limiter;
    this.#session = session;
    this.#leases = leases;
    this.#place = session;
  }

  get place(): EventPlace {
    const { last_event_seq, last_event_sha256, gap_recorded_seq, unexplained_windows } = this.#place;
    return { last_event_seq, last_event_sha256, gap_recorded_seq, unexplained_windows };
  }

  get #lastSeq(): number {
    return this.#place.last_event_seq;
  }

  /** @returns why this event cannot be appended or acknowledged */
  async take(received: AuthenticEvent): Promise<ServiceRefusal | undefined> {
    const { eventSeq, prev } = received.event;
    if (eventSeq <= this.#lastSeq) {
      const known = await this.#hashOf(eventSeq);
      return known === received.sha256 ? undefined : this.#refuseFork(received);
    }
    if (eventSeq > this.#lastSeq + 1) return this.#refuseGap(eventSeq);
    if (prev !== this.#place.last_event_sha256) return this.#refuseFork(received);
    await this.#append(received);
    return undefined;
  }

  async refuseSignature(): Promise<ServiceRefusal> {
    await this.#recordFault('client.badSignature', { expectedEventSeq: this.#lastSeq + 1 });
    return new ServiceRefusal('request_invalid', 'An event is not signed by this session.');
  }

  async #append({ event, jws, sha256 }: AuthenticEvent): Promise<void> {
    const flags = this.#flagsOf(event);
    // Optional members that are absent are not part of the JSON, which is all the record holds of the event.
    const body = { event: { ...event } as Json, jws, ...(flags.length > 0 ? { flags } : {}) };
    await this.#tx.audit.append(subjectOf(this.#session), { author: 'client', type: event.type, body });
    const { sid } = this.#session;
    this.#tx.write(insertEvent.with(this.#tx.db, { sid, event_seq: event.eventSeq, sha256 }));
    this.#appended.set(event.eventSeq, sha256);
    this.#place = { ...this.#place, last_event_seq: event.eventSeq, last_event_sha256: sha256 };
    // A report of seconds that were never unlocked explains nothing.
    if (EXPLAINING.has(event.type) && flags.length === 0)
      this.#place = { ...this.#place, unexplained_windows: 0 };
  }

  #flagsOf(event: AccessEvent): string[] {
    if (event.type !== 'playback.listened') return [];
    const leased = leasedRanges(this.#leases, this.#session.sid);
    return event.ranges.every(range => liesWithin(range, leased)) ? [] : ['badRange'];
  }

  async #hashOf(eventSeq: number): Promise<string | undefined> {
    const appended = this.#appended.get(eventSeq);
    if (appended !== undefined) return appended;
    const row = await this.#tx.db
      .selectFrom('event')
      .select('sha256')
      .where('sid', '=', this.#session.sid)
      .where('event_seq', '=', eventSeq)
      .executeTakeFirst();
    return row?.sha256;
  }

  async #refuseFork({ event, sha256 }: AuthenticEvent): Promise<ServiceRefusal> {
    const { eventSeq } = event;
    await this.#recordFault('client.fork', { eventSeq, sha256 });
    return new ServiceRefusal('event_fork', 'Two different events carry the same number.', {
      expectedEventSeq: this.#lastSeq + 1,
    });
  }

  async #refuseGap(eventSeq: number): Promise<ServiceRefusal> {
    const expectedEventSeq = this.#lastSeq + 1;
    if (this.#place.gap_recorded_seq !== expectedEventSeq) {
      const body = { expectedEventSeq, eventSeq };
      await this.#tx.audit.append(subjectOf(this.#session), { type: 'client.gap', body });
      this.#place = { ...this.#place, gap_recorded_seq: expectedEventSeq };
    }
    return new ServiceRefusal('event_gap', 'An event is missing before this one.', { expectedEventSeq });
  }

  async #recordFault(type: 'client.fork' | 'client.badSignature', body: Json): Promise<void> {
    if (!this.#limiter.admit(JSON.stringify([type, this.#session.sid]), this.#tx.now)) return;
    await this.#limiter.record(this.#tx, { subject: subjectOf(this.#session), content: { type, body } });
  }
}

const insertEvent = new PreparedQuery<EventTable>((db, { sid, event_seq, sha256 }) =>
  db.insertInto('event').values({ sid, event_seq, sha256 }),
);

/** The seconds unlocked in a session, as ranges that do not touch. */
const leasedRanges = (leases: readonly LeaseRow[], sid: string): TimeRange[] =>
  mergeRanges(
    leases
      .filter(lease => lease.sid === sid && lease.first_index !== null)
      .map(({ from_seconds: from, to_seconds: to }) => [from, to]),
  );

function liesWithin([from, to]: TimeRange, ranges: readonly TimeRange[]): boolean {
  return (
    from <= to &&
    ranges.some(
      range => from >= range[0] - RANGE_TOLERANCE_SECONDS && to <= range[1] + RANGE_TOLERANCE_SECONDS,
    )
  );
}
