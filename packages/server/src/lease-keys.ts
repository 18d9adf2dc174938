import {
  type Lease,
  type SegmentBinding,
  segmentInfo,
  type Variant,
  type WrappedKey,
} from '@secure-call/protocol';
import type { Selectable } from 'kysely';
import { expand } from './key-derivation.ts';
import type { KnownSession } from './known-sessions.ts';
import type { OpenedCall } from './opened-calls.ts';
import type { LeaseTable } from './schema.ts';
import type { Policy } from './service-options.ts';

export type LeaseRow = Selectable<LeaseTable>;

interface KeyPlace extends Pick<SegmentBinding, 'index' | 'variant' | 'total'> {
  readonly track: WrappedKey['track'];
}

/**
 * Makes the answer of a lease whose record is already durable; the same lease gives the same bytes every time (RFC 3394
 * wrapping is deterministic).
 */
export async function leaseOf(
  { useForSeconds }: Policy,
  session: KnownSession,
  { manifest, secret }: OpenedCall,
  lease: LeaseRow,
): Promise<Lease> {
  const { tenant, call, rev } = manifest;
  const wrap = (await session.wrapping()).ofLease(lease.lease_seq);
  const places = await keyPlaces(session, { manifest, secret }, lease);
  return {
    leaseSeq: lease.lease_seq,
    from: lease.from_seconds,
    to: lease.to_seconds,
    keys: places.map(({ track, index, variant, total }): WrappedKey => {
      const key = expand(secret, segmentInfo({ tenant, call, rev, track, index, variant, total }));
      return { track, index, variant, wrapped: wrap(key) };
    }),
    useForSeconds,
  };
}

async function keyPlaces(
  session: KnownSession,
  { manifest }: OpenedCall,
  lease: LeaseRow,
): Promise<KeyPlace[]> {
  const code = session.code(manifest);
  const places: KeyPlace[] = [];
  const [audio] = manifest.tracks;
  if (lease.first_index !== null && lease.last_index !== null) {
    // With every window, because a player that was locked has wiped the key of the init segment too.
    places.push({ track: 'audio', index: 0, variant: 0, total: audio.total });
    for (let index = lease.first_index; index <= lease.last_index; index += 1) {
      const variant: Variant = audio.variants === 2 ? await code.variantAt(index) : 0;
      places.push({ track: 'audio', index, variant, total: audio.total });
    }
  }
  const names = lease.request_tracks.split(',');
  for (const { name: track, total } of manifest.tracks) {
    if (track === 'audio' || !names.includes(track)) continue;
    for (let index = 1; index < total; index += 1) places.push({ track, index, variant: 0, total });
  }
  return places;
}
