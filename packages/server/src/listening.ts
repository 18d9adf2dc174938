import type { Kysely } from 'kysely';
import * as v from 'valibot';
import type { Schema } from './schema.ts';
import { secondsIn, type TimeRange } from './time-ranges.ts';

/** How much of a recording a session had. Seconds count once, however often they were unlocked or heard. */
export interface Listening {
  /** Seconds whose keys left: what could be heard. */
  readonly unlockedSeconds: number;
  /** Seconds that the player reports as played, as far as they were unlocked. */
  readonly heardSeconds: number;
  /** How often keys were refused. */
  readonly refusals: number;
}

export interface SessionListening extends Listening {
  /** When the session's end was recorded, ISO 8601. */
  readonly closedAt: string | null;
}

export const nothingHeard: SessionListening = {
  unlockedSeconds: 0,
  heardSeconds: 0,
  refusals: 0,
  closedAt: null,
};

const ENDS = ['session.closed', 'session.expired', 'session.revoked'] as const;
const TOLD = ['lease.issued', 'lease.refused', 'playback.listened', ...ENDS] as const;

interface ToldRecord {
  readonly type: string;
  readonly received_at: string;
  readonly body: string;
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
  const end = records.find(({ type }) => ENDS.some(known => known === type));
  return {
    unlockedSeconds: secondsIn(records.flatMap(unlockedRanges)),
    heardSeconds: secondsIn(records.flatMap(heardRanges)),
    refusals: records.filter(({ type }) => type === 'lease.refused').length,
    closedAt: end?.received_at ?? null,
  };
}

const leaseSchema = v.object({ track: v.string(), from: v.number(), to: v.number() });

function unlockedRanges({ type, body }: ToldRecord): TimeRange[] {
  if (type !== 'lease.issued') return [];
  const { track, from, to } = v.parse(leaseSchema, JSON.parse(body));
  return track === 'audio' ? [[from, to]] : [];
}

const reportSchema = v.object({
  event: v.object({ ranges: v.array(v.tuple([v.number(), v.number()])) }),
  flags: v.optional(v.array(v.string()), []),
});

/** A report of seconds that were never unlocked is on record as such, and counts for nothing here. */
function heardRanges({ type, body }: ToldRecord): TimeRange[] {
  if (type !== 'playback.listened') return [];
  const { event, flags } = v.parse(reportSchema, JSON.parse(body));
  return flags.length > 0 ? [] : event.ranges;
}
