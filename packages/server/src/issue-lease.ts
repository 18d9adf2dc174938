import {
  audioTrack,
  durationSeconds,
  findTrack,
  type GrantCall,
  type Manifest,
  ServiceRefusal,
  type TrackName,
} from '@secure-call/protocol';
import { insertLease } from './lease-facts.ts';
import type { LeaseRow } from './lease-keys.ts';
import { type AudioWindow, audioWindow } from './lease-window.ts';
import { chargeWindow, type Pace } from './pacing.ts';
import type { ServiceTransaction } from './service-context.ts';
import type { Policy } from './service-options.ts';
import { type SessionRow, subjectOf } from './sessions.ts';

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

/** Everything that a lease is decided by. */
export interface LeaseGround {
  readonly session: SessionRow;
  readonly call: GrantCall;
  readonly manifest: Manifest;
  readonly pace: Pace;
  /** `leasesBefore` this one. */
  readonly leases: readonly LeaseRow[];
}

/**
 * Decides on a lease, charges and records it. The keys themselves are made once this is durable.
 * @returns the lease, or a refusal that changed nothing
 */
export async function issueLease(
  tx: ServiceTransaction,
  policy: Policy,
  ground: LeaseGround,
  order: LeaseOrder,
): Promise<LeaseRow | ServiceRefusal> {
  const { session, call, manifest } = ground;
  if (order.tracks.some(track => !permittedTracks(call).includes(track))) return notPermitted();
  if (order.tracks.some(track => !findTrack(manifest, track)))
    return new ServiceRefusal('request_invalid', 'The recording has no such track.');
  let window: AudioWindow | undefined;
  if (order.tracks.includes('audio')) {
    const granted = grantWindow(tx, policy, ground, order);
    if (granted instanceof ServiceRefusal) return granted;
    window = granted;
  }
  const lease = leaseRow(tx, session, order, window);
  tx.write(insertLease.with(tx.db, lease));
  await recordLease(tx, session, manifest, order, lease);
  return lease;
}

function grantWindow(
  tx: ServiceTransaction,
  policy: Policy,
  ground: LeaseGround,
  { fromSeconds, leaseSeq }: LeaseOrder,
): AudioWindow | ServiceRefusal {
  const { session, call, manifest, pace, leases } = ground;
  const track = audioTrack(manifest);
  const sampleSeconds = 1 / track.sampleRateHz;
  if (fromSeconds > durationSeconds(track) + sampleSeconds)
    return new ServiceRefusal('request_invalid', 'The recording is not that long.');
  // The first one of a session begins the recording.
  const goesOn = leaseSeq === 0 || continuesWindow(leases, session.sid, fromSeconds, sampleSeconds);
  const lengthSeconds = goesOn ? policy.windowSeconds : policy.seekWindowSeconds;
  const window = audioWindow(track, fromSeconds, lengthSeconds, call.ranges);
  if (!window) return notPermitted();
  const rate = Math.min(call.maxRate, policy.maxRate);
  const charge = { pace, track, window, leases, rate };
  const retryAfterSeconds = chargeWindow(tx, policy, charge);
  if (retryAfterSeconds === undefined) return window;
  return new ServiceRefusal('rate_limited', 'More of this recording was asked for than time has passed.', {
    retryAfterSeconds,
  });
}

/** Whether a window begins, within one sample, where one of this session ended. */
const continuesWindow = (
  leases: readonly LeaseRow[],
  sid: string,
  fromSeconds: number,
  sampleSeconds: number,
): boolean =>
  leases.some(
    lease =>
      lease.sid === sid &&
      lease.first_index !== null &&
      Math.abs(lease.to_seconds - fromSeconds) <= sampleSeconds,
  );

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
