import {
  agreeSessionSecret,
  deriveLeaseKey,
  deriveSegmentKey,
  type Lease,
  parse,
  type SegmentBinding,
  sessionIdSchema,
  type Variant,
  type WrappedKey,
  wrapSegmentKey,
} from '@secure-call/protocol';
import type { Selectable } from 'kysely';
import { ListenerCode } from './listener-code.ts';
import type { OpenedCall } from './opened-calls.ts';
import type { LeaseTable } from './schema.ts';
import type { ServiceContext } from './service-context.ts';
import { openFromStore } from './service-secrets.ts';
import type { SessionRow } from './sessions.ts';

export type LeaseRow = Selectable<LeaseTable>;

interface KeyPlace {
  readonly track: WrappedKey['track'];
  readonly index: number;
  readonly variant: Variant;
  readonly total: number;
}

/**
 * Makes the answer of a lease whose record is already durable; the same lease gives the same bytes every time (RFC 3394
 * wrapping is deterministic).
 * @param secret - `sessionSecret` of this session
 */
export async function leaseOf(
  context: ServiceContext,
  session: SessionRow,
  { manifest, key }: OpenedCall,
  secret: Promise<CryptoKey>,
  lease: LeaseRow,
): Promise<Lease> {
  const { tenant, call, rev } = manifest;
  const [wrapping, places] = await Promise.all([
    wrappingKey(secret, session, lease.lease_seq, { tenant, call, rev }),
    keyPlaces(context, session, { manifest, key }, lease),
  ]);
  const keys = places.map(async ({ track, index, variant, total }): Promise<WrappedKey> => {
    const binding = { tenant, call, rev, track, index, variant, total };
    const segmentKey = await deriveSegmentKey(key, binding, true);
    return { track, index, variant, wrapped: await wrapSegmentKey(wrapping, segmentKey) };
  });
  return {
    leaseSeq: lease.lease_seq,
    from: lease.from_seconds,
    to: lease.to_seconds,
    keys: await Promise.all(keys),
    useForSeconds: context.policy.useForSeconds,
  };
}

/** What the session's leases derive from. No key of a lease is in it, so it need not wait for the record. */
export async function sessionSecret(
  context: ServiceContext,
  { sid, epk_sealed: sealed, device_ecdh: device }: SessionRow,
): Promise<CryptoKey> {
  const pkcs8 = await openFromStore(context.secrets.sealing, sid, sealed);
  const algorithm = { name: 'ECDH', namedCurve: 'P-256' };
  const privateKey = await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['deriveKey']);
  pkcs8.fill(0);
  return agreeSessionSecret(privateKey, device);
}

async function wrappingKey(
  secret: Promise<CryptoKey>,
  { sid, epk, device_ecdh: device, jkt }: SessionRow,
  leaseSeq: number,
  binding: Pick<SegmentBinding, 'tenant' | 'call' | 'rev'>,
): Promise<CryptoKey> {
  return deriveLeaseKey(
    await secret,
    { epk, device },
    { ...binding, sid: parse(sessionIdSchema, sid, 'session'), leaseSeq, jkt },
  );
}

async function keyPlaces(
  context: ServiceContext,
  session: SessionRow,
  { manifest }: OpenedCall,
  lease: LeaseRow,
): Promise<KeyPlace[]> {
  const code = new ListenerCode(context.secrets.code, manifest, session);
  const places: KeyPlace[] = [];
  const [audio] = manifest.tracks;
  if (lease.first_index !== null && lease.last_index !== null) {
    // With every window, because a player that was locked has wiped the key of the init segment too.
    places.push({ track: 'audio', index: 0, variant: 0, total: audio.total });
    for (let index = lease.first_index; index <= lease.last_index; index += 1) {
      const variant = audio.variants === 2 ? await code.variantAt(index) : 0;
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
