import type { Manifest } from '@secure-call/protocol';
import { audioTrack } from '@secure-call/protocol';
import type { CompiledQuery, Kysely } from 'kysely';
import type { LeaseOrder } from './issue-lease.ts';
import type { LeaseRow } from './lease-keys.ts';
import { audioWindow, type Ranges } from './lease-window.ts';
import { PreparedQuery } from './prepared-query.ts';
import type { Schema } from './schema.ts';
import type { Policy } from './service-options.ts';
import type { LastingSession } from './known-sessions.ts';
import { RANGE_TOLERANCE_SECONDS, type TimeRange } from './time-ranges.ts';

/** For whom the leases are read that a new one is decided by. */
export interface LeaseQuestion {
  readonly session: Pick<LastingSession, 'sid' | 'pace_id' | 'rev'>;
  readonly manifest: Manifest;
  readonly ranges: Ranges;
  readonly order: LeaseOrder;
  /** What the player says that it played, which must have been leased; undefined = nothing. */
  readonly heard: TimeRange | undefined;
}

/**
 * What reads the leases that a new one is decided by: the one of the same number, those of the session that end where it
 * begins or that hold what was heard, and whatever the listener unlocked lately of the window.
 */
export function leasesBefore(
  db: Kysely<Schema>,
  policy: Policy,
  { session, manifest, ranges, order, heard }: LeaseQuestion,
  now: number,
): CompiledQuery<LeaseRow> {
  const track = audioTrack(manifest);
  const longest = Math.max(policy.windowSeconds, policy.seekWindowSeconds);
  const window = audioWindow(track, order.fromSeconds, longest, ranges);
  const sample = 1 / track.sampleRateHz;
  return leases.with(db, {
    sid: session.sid,
    leaseSeq: order.leaseSeq,
    endsFrom: order.fromSeconds - sample,
    endsTo: order.fromSeconds + sample,
    heardFrom: heard ? heard[0] - RANGE_TOLERANCE_SECONDS : 1,
    heardTo: heard ? heard[1] + RANGE_TOLERANCE_SECONDS : 0,
    paceId: session.pace_id,
    rev: session.rev,
    since: now - policy.freeSeconds * 1000,
    firstIndex: window?.firstIndex ?? 1,
    lastIndex: window?.lastIndex ?? 0,
  });
}

interface LeaseValues {
  readonly sid: string;
  readonly leaseSeq: number;
  readonly endsFrom: number;
  readonly endsTo: number;
  readonly heardFrom: number;
  readonly heardTo: number;
  readonly paceId: number;
  readonly rev: number;
  readonly since: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
}

const COLUMNS = [
  'sid',
  'lease_seq',
  'request_from',
  'request_tracks',
  'from_seconds',
  'to_seconds',
  'first_index',
  'last_index',
  'rev',
  'pace_id',
  'issued_at',
] as const satisfies (keyof LeaseRow)[];

const leases = new PreparedQuery<LeaseValues, LeaseRow>((db, places) =>
  db
    .selectFrom('lease')
    .select(COLUMNS)
    .where('sid', '=', places.sid)
    .where(eb =>
      eb.or([
        eb('lease_seq', '=', places.leaseSeq),
        eb('to_seconds', '>=', places.endsFrom).and('to_seconds', '<=', places.endsTo),
        eb('to_seconds', '>=', places.heardFrom).and('from_seconds', '<=', places.heardTo),
      ]),
    )
    .union(
      db
        .selectFrom('lease')
        .select(COLUMNS)
        .where('pace_id', '=', places.paceId)
        .where('issued_at', '>', places.since)
        .where('rev', '=', places.rev)
        .where('first_index', '<=', places.lastIndex)
        .where('last_index', '>=', places.firstIndex),
    ),
);

export const insertLease: PreparedQuery<LeaseRow> = new PreparedQuery((db, row) =>
  db
    .insertInto('lease')
    .values(Object.fromEntries(COLUMNS.map(name => [name, row[name]])) as unknown as LeaseRow),
);
