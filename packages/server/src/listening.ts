import type { Kysely } from 'kysely';
import * as v from 'valibot';
import type { Schema } from './schema.ts';
import { mergeRanges, secondsIn, type TimeRange } from './time-ranges.ts';

/** How much of a recording a session had. Seconds count once, however often they were unlocked or heard. */
export interface Listening {
  /** Seconds whose keys left: what could be heard. */
  readonly unlockedSeconds: number;
  /** Seconds that the player reports as played, as far as they were unlocked. */
  readonly heardSeconds: number;
  /** Which seconds these are, in order and without overlap. */
  readonly heard: readonly TimeRange[];
  /** Tracks whose keys left, by name: a transcript is read, not heard. */
  readonly tracks: readonly string[];
  /** How often keys were refused. */
  readonly refusals: number;
  /** Why the glass was broken, in the listener's words. */
  readonly emergencyReason: string | null;
}

export interface SessionListening extends Listening {
  /** When the session's end was recorded, ISO 8601. */
  readonly closedAt: string | null;
}

export const nothingHeard: SessionListening = {
  unlockedSeconds: 0,
  heardSeconds: 0,
  heard: [],
  tracks: [],
  refusals: 0,
  emergencyReason: null,
  closedAt: null,
};

/** Records that end a session. */
export const SESSION_ENDS = ['session.closed', 'session.expired', 'session.revoked'] as const;
const TOLD = [
  'lease.issued',
  'lease.refused',
  'playback.listened',
  'breakGlass.started',
  ...SESSION_ENDS,
] as const;

interface ToldRecord {
  readonly type: string;
  readonly received_at: string;
  /** Null where retention has deleted it: then it tells nothing. */
  readonly body: string | null;
}

/** What the records of some sessions tell, by session id. */
export async function listeningIn(
  db: Kysely<Schema>,
  tenant: string,
  sids: readonly string[],
): Promise<ReadonlyMap<string, SessionListening>> {
  if (sids.length === 0) return new Map();
  const records = await db
    .selectFrom('audit')
    .select(['chain', 'type', 'received_at', 'body'])
    .where('tenant', '=', tenant)
    .where('chain', 'in', sids)
    .where('type', 'in', TOLD)
    .orderBy('store_order')
    .execute();
  return new Map(sids.map(sid => [sid, listeningOf(records.filter(({ chain }) => chain === sid))]));
}

function listeningOf(records: readonly ToldRecord[]): SessionListening {
  const end = records.find(({ type }) => SESSION_ENDS.some(known => known === type));
  const leases = records.flatMap(leaseIn);
  const heard = mergeRanges(records.flatMap(heardRanges));
  const audio = leases.filter(({ track }) => track === 'audio');
  return {
    unlockedSeconds: secondsIn(audio.map(({ from, to }) => [from, to])),
    heardSeconds: secondsIn(heard),
    heard,
    tracks: [...new Set(leases.map(({ track }) => track))].sort(),
    refusals: records.filter(({ type }) => type === 'lease.refused').length,
    emergencyReason: records.map(emergencyReasonIn).find(reason => reason !== null) ?? null,
    closedAt: end?.received_at ?? null,
  };
}

const leaseSchema = v.object({ track: v.string(), from: v.number(), to: v.number() });

const leaseIn = ({ type, body }: ToldRecord): v.InferOutput<typeof leaseSchema>[] =>
  type === 'lease.issued' && body !== null ? [v.parse(leaseSchema, JSON.parse(body))] : [];

const emergencySchema = v.object({ reason: v.string() });

const emergencyReasonIn = ({ type, body }: ToldRecord): string | null =>
  type === 'breakGlass.started' && body !== null ? v.parse(emergencySchema, JSON.parse(body)).reason : null;

const reportSchema = v.object({
  event: v.object({ ranges: v.array(v.tuple([v.number(), v.number()])) }),
  flags: v.optional(v.array(v.string()), []),
});

/** A report of seconds that were never unlocked is on record as such, and counts for nothing here. */
function heardRanges({ type, body }: ToldRecord): TimeRange[] {
  if (type !== 'playback.listened' || body === null) return [];
  const { event, flags } = v.parse(reportSchema, JSON.parse(body));
  return flags.length > 0 ? [] : event.ranges;
}
