import {
  audioTrack,
  durationSeconds,
  findTrack,
  type GrantCall,
  type Manifest,
  ServiceRefusal,
  type TrackName,
} from '@secure-call/protocol';
import type { LeaseRow } from './lease-keys.ts';
import { type AudioWindow, audioWindow } from './lease-window.ts';
import { chargeWindow } from './pacing.ts';
import type { ServiceTransaction } from './service-context.ts';
import type { Policy } from './service-options.ts';
import { claimsOf, type SessionRow, subjectOf } from './sessions.ts';

/** What a player asks to have unlocked. */
export interface LeaseOrder {
  readonly leaseSeq: number;
  readonly fromSeconds: number;
  /** Sorted, each once. */
  readonly tracks: readonly TrackName[];
}

/** The tracks a grant permits; with ranges everything but audio is withheld, as it would tell of the rest. */
export function permittedTracks({ ranges, tracks = ['audio', 'peaks'] }: GrantCall): readonly TrackName[] {
  return ranges ? tracks.filter(track => track === 'audio') : tracks;
}

/**
 * Decides on a lease, charges and records it. The keys themselves are made once this is durable.
 * @returns the lease, or a refusal that changed nothing
 */
export async function issueLease(
  tx: ServiceTransaction,
  policy: Policy,
  { session, manifest }: { readonly session: SessionRow; readonly manifest: Manifest },
  order: LeaseOrder,
): Promise<LeaseRow | ServiceRefusal> {
  const { call } = claimsOf(session);
  if (order.tracks.some(track => !permittedTracks(call).includes(track))) return notPermitted();
  if (order.tracks.some(track => !findTrack(manifest, track)))
    return new ServiceRefusal('request_invalid', 'The recording has no such track.');
  let window: AudioWindow | undefined;
  if (order.tracks.includes('audio')) {
    const granted = await grantWindow(tx, policy, session, manifest, order.fromSeconds);
    if (granted instanceof ServiceRefusal) return granted;
    window = granted;
  }
  const lease = leaseRow(tx, session, order, window);
  await tx.db.insertInto('lease').values(lease).execute();
  await recordLease(tx, session, manifest, order, lease);
  return lease;
}

async function grantWindow(
  tx: ServiceTransaction,
  policy: Policy,
  session: SessionRow,
  manifest: Manifest,
  fromSeconds: number,
): Promise<AudioWindow | ServiceRefusal> {
  const track = audioTrack(manifest);
  const sampleSeconds = 1 / track.sampleRateHz;
  if (fromSeconds > durationSeconds(track) + sampleSeconds)
    return new ServiceRefusal('request_invalid', 'The recording is not that long.');
  const { call } = claimsOf(session);
  const goesOn = await continuesWindow(tx, session.sid, fromSeconds, sampleSeconds);
  const lengthSeconds = goesOn ? policy.windowSeconds : policy.seekWindowSeconds;
  const window = audioWindow(track, fromSeconds, lengthSeconds, call.ranges);
  if (!window) return notPermitted();
  const rate = Math.min(call.maxRate, policy.maxRate);
  const { pace_id: paceId, rev } = session;
  const retryAfterSeconds = await chargeWindow(tx, policy, { paceId, rev, track, window, rate });
  if (retryAfterSeconds === undefined) return window;
  return new ServiceRefusal('rate_limited', 'More of this recording was asked for than time has passed.', {
    retryAfterSeconds,
  });
}

/** Whether a window begins, within one sample, where one of this session ended; the first one begins the recording. */
async function continuesWindow(
  { db }: ServiceTransaction,
  sid: string,
  fromSeconds: number,
  sampleSeconds: number,
): Promise<boolean> {
  const leases = db.selectFrom('lease').where('sid', '=', sid).where('first_index', 'is not', null);
  const before = await leases
    .select('lease_seq')
    .where('to_seconds', '>=', fromSeconds - sampleSeconds)
    .where('to_seconds', '<=', fromSeconds + sampleSeconds)
    .limit(1)
    .executeTakeFirst();
  return before !== undefined || (await leases.select('lease_seq').limit(1).executeTakeFirst()) === undefined;
}

function leaseRow(
  tx: ServiceTransaction,
  session: SessionRow,
  order: LeaseOrder,
  window: AudioWindow | undefined,
): LeaseRow {
  return {
    sid: session.sid,
    lease_seq: order.leaseSeq,
    request_from: order.fromSeconds,
    request_tracks: order.tracks.join(','),
    from_seconds: window?.fromSeconds ?? order.fromSeconds,
    to_seconds: window?.toSeconds ?? order.fromSeconds,
    first_index: window?.firstIndex ?? null,
    last_index: window?.lastIndex ?? null,
    rev: session.rev,
    pace_id: session.pace_id,
    issued_at: tx.now,
  };
}

/** One record for each track whose keys leave: the record of access. */
async function recordLease(
  tx: ServiceTransaction,
  session: SessionRow,
  manifest: Manifest,
  order: LeaseOrder,
  lease: LeaseRow,
): Promise<void> {
  for (const track of order.tracks) {
    const span =
      track === 'audio'
        ? { from: lease.from_seconds, to: lease.to_seconds }
        : { from: 0, to: durationSeconds(audioTrack(manifest)) };
    const body = { leaseSeq: order.leaseSeq, track, ...span };
    await tx.audit.append(subjectOf(session), { type: 'lease.issued', body });
  }
}

const notPermitted = (): ServiceRefusal =>
  new ServiceRefusal('not_permitted', 'The permission does not cover this part of the recording.');
