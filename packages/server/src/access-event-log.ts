import {
  type AccessEvent,
  type Json,
  ServiceRefusal,
  sha256Base64url,
  verifyAccessEvent,
} from '@secure-call/protocol';
import type { JWK } from 'jose';
import type { RefusalLimiter } from './refusal-limiter.ts';
import type { ServiceTransaction } from './service-context.ts';
import { type SessionRow, subjectOf } from './sessions.ts';
import { mergeRanges, type TimeRange } from './time-ranges.ts';

/** Slack for the ends of rendered ranges, which the browser measures on another clock. */
const RANGE_TOLERANCE_SECONDS = 0.25;

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
  /** Number of the last event that is recorded. */
  readonly ack: number;
  readonly unexplainedWindows: number;
  /** Why the rest was not taken; what came before it is kept. */
  readonly fault: ServiceRefusal | undefined;
}

/** Verifies events with the session's device key, outside any transaction. */
export async function verifyEvents(session: SessionRow, list: readonly string[]): Promise<ReceivedEvents> {
  const deviceJwk = JSON.parse(session.device_jwk) as JWK;
  const events: AuthenticEvent[] = [];
  for (const jws of list) {
    const event = await authenticEvent(jws, deviceJwk);
    if (event?.sid !== session.sid) return { events, badSignature: true };
    events.push({ event, jws, sha256: await sha256Base64url(jws) });
  }
  return { events, badSignature: false };
}

async function authenticEvent(jws: string, deviceJwk: JWK): Promise<AccessEvent | undefined> {
  try {
    return await verifyAccessEvent(jws, deviceJwk);
  } catch {
    return undefined;
  }
}

/**
 * Appends what is next in the session's chain. Faults of an event are flagged, never refused, so that nothing can hold
 * up a player's queue; a fork, a gap or a bad signature stops there and is recorded.
 */
export async function appendEvents(
  tx: ServiceTransaction,
  limiter: RefusalLimiter,
  session: SessionRow,
  received: ReceivedEvents,
): Promise<AppendedEvents> {
  const chain = new EventChain(tx, limiter, session);
  let fault: ServiceRefusal | undefined;
  for (const event of received.events) {
    fault = await chain.take(event);
    if (fault) break;
  }
  if (!fault && received.badSignature) fault = await chain.refuseSignature();
  await chain.save();
  return { ack: chain.ack, unexplainedWindows: chain.unexplainedWindows, fault };
}

class EventChain {
  readonly #tx: ServiceTransaction;
  readonly #limiter: RefusalLimiter;
  readonly #session: SessionRow;
  #lastSeq: number;
  #lastSha256: string;
  #gapRecordedSeq: number;
  unexplainedWindows: number;

  constructor(tx: ServiceTransaction, limiter: RefusalLimiter, session: SessionRow) {
    this.#tx = tx;
    this.#limiter = limiter;
    this.#session = session;
    this.#lastSeq = session.last_event_seq;
    this.#lastSha256 = session.last_event_sha256;
    this.#gapRecordedSeq = session.gap_recorded_seq;
    this.unexplainedWindows = session.unexplained_windows;
  }

  get ack(): number {
    return this.#lastSeq;
  }

  /** @returns why this event cannot be appended or acknowledged */
  async take(received: AuthenticEvent): Promise<ServiceRefusal | undefined> {
    const { eventSeq, prev } = received.event;
    if (eventSeq <= this.#lastSeq) {
      const known = await this.#hashOf(eventSeq);
      return known === received.sha256 ? undefined : this.#refuseFork(received);
    }
    if (eventSeq > this.#lastSeq + 1) return this.#refuseGap(eventSeq);
    if (prev !== this.#lastSha256) return this.#refuseFork(received);
    await this.#append(received);
    return undefined;
  }

  async refuseSignature(): Promise<ServiceRefusal> {
    if (this.#admits('badSignature'))
      await this.#record('client.badSignature', { expectedEventSeq: this.#lastSeq + 1 });
    return new ServiceRefusal('request_invalid', 'An event is not signed by this session.');
  }

  /** Writes only what changed: rubbish that anyone may send must not cost a commit. */
  async save(): Promise<void> {
    const { last_event_seq, gap_recorded_seq } = this.#session;
    if (this.#lastSeq === last_event_seq && this.#gapRecordedSeq === gap_recorded_seq) return;
    await this.#tx.db
      .updateTable('session')
      .set({
        last_event_seq: this.#lastSeq,
        last_event_sha256: this.#lastSha256,
        gap_recorded_seq: this.#gapRecordedSeq,
        unexplained_windows: this.unexplainedWindows,
      })
      .where('sid', '=', this.#session.sid)
      .execute();
  }

  async #append({ event, jws, sha256 }: AuthenticEvent): Promise<void> {
    const flags = await this.#flagsOf(event);
    // Optional members that are absent are not part of the JSON, which is all the record holds of the event.
    const body = { event: { ...event } as Json, jws, ...(flags.length > 0 ? { flags } : {}) };
    await this.#tx.audit.append(subjectOf(this.#session), { author: 'client', type: event.type, body });
    const { sid } = this.#session;
    await this.#tx.db.insertInto('event').values({ sid, event_seq: event.eventSeq, sha256 }).execute();
    this.#lastSeq = event.eventSeq;
    this.#lastSha256 = sha256;
    // A report of seconds that were never unlocked explains nothing.
    if (EXPLAINING.has(event.type) && flags.length === 0) this.unexplainedWindows = 0;
  }

  async #flagsOf(event: AccessEvent): Promise<string[]> {
    if (event.type !== 'playback.listened') return [];
    const leased = await leasedRanges(this.#tx, this.#session.sid);
    return event.ranges.every(range => liesWithin(range, leased)) ? [] : ['badRange'];
  }

  async #hashOf(eventSeq: number): Promise<string | undefined> {
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
    if (this.#admits('fork')) await this.#record('client.fork', { eventSeq, sha256 });
    return new ServiceRefusal('event_fork', 'Two different events carry the same number.', {
      expectedEventSeq: this.#lastSeq + 1,
    });
  }

  async #refuseGap(eventSeq: number): Promise<ServiceRefusal> {
    const expectedEventSeq = this.#lastSeq + 1;
    if (this.#gapRecordedSeq !== expectedEventSeq) {
      await this.#record('client.gap', { expectedEventSeq, eventSeq });
      this.#gapRecordedSeq = expectedEventSeq;
    }
    return new ServiceRefusal('event_gap', 'An event is missing before this one.', { expectedEventSeq });
  }

  #admits(what: string): boolean {
    return this.#limiter.admit(JSON.stringify([what, this.#session.sid]), this.#tx.now);
  }

  #record(type: 'client.fork' | 'client.gap' | 'client.badSignature', body: Json): Promise<void> {
    return this.#tx.audit.append(subjectOf(this.#session), { type, body });
  }
}

/** The seconds unlocked in a session, as ranges that do not touch. */
async function leasedRanges({ db }: ServiceTransaction, sid: string): Promise<TimeRange[]> {
  const leases = await db
    .selectFrom('lease')
    .select(['from_seconds', 'to_seconds'])
    .where('sid', '=', sid)
    .where('first_index', 'is not', null)
    .execute();
  return mergeRanges(leases.map(({ from_seconds: from, to_seconds: to }) => [from, to]));
}

function liesWithin([from, to]: TimeRange, ranges: readonly TimeRange[]): boolean {
  return (
    from <= to &&
    ranges.some(
      range => from >= range[0] - RANGE_TOLERANCE_SECONDS && to <= range[1] + RANGE_TOLERANCE_SECONDS,
    )
  );
}
