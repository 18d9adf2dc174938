import {
  agreeSessionSecret,
  type Bytes,
  createSessionId,
  deriveLeaseKey,
  fromBase64url,
  generateEcdhKey,
  HASH_PAGE_BYTES,
  type Manifest,
  type Track,
  wrapSegmentKey,
} from '@secure-call/protocol';
import { KeyRing, openLeased } from '../../packages/player/src/vault/key-ring.ts';
import { SlotSource } from '../../packages/player/src/vault/slot-source.ts';
import { MediaMissing, type ReadRange } from '../../packages/player/src/vault/storage-reader.ts';
import type { KnownPackage, KnownSegment } from './archive-holder.ts';

/** What storage holds: object name -> bytes. The attacker may change it. */
export type Stored = ReadonlyMap<string, Uint8Array>;

const BASE = 'https://storage.example/package/';

/** The player's own way from stored bytes to plaintext, with genuine keys, over storage that an attacker controls. */
export class PlayerPath {
  readonly #manifest: Manifest;
  readonly #firstPage: Bytes;
  readonly #keys: KeyRing;

  private constructor(manifest: Manifest, firstPage: Bytes, keys: KeyRing) {
    this.#manifest = manifest;
    this.#firstPage = firstPage;
    this.#keys = keys;
  }

  /** @param hashes - the genuine hashes.bin, whose first page comes with the session */
  static async create(manifest: Manifest, hashes: Bytes, known: KnownPackage): Promise<PlayerPath> {
    return new PlayerPath(manifest, hashes.slice(0, HASH_PAGE_BYTES), await leased(manifest, known));
  }

  /** @throws {SecureCallError} when what storage delivers is not what was sealed */
  async plaintext(stored: Stored, track: Track, index: number): Promise<Bytes> {
    const slots = new SlotSource(this.#manifest, BASE, this.#firstPage, readerOf(stored));
    const slot = await slots.slot(track, index);
    return openLeased(await this.#keys.key(track.name, index), slot);
  }
}

const readerOf =
  (stored: Stored): ReadRange =>
  (url, start, end) => {
    const object = stored.get(url.slice(BASE.length));
    // A real storage answers 416 or breaks off; either way the player gets no whole slot.
    if (!object || object.length < end) return Promise.reject(new MediaMissing());
    return Promise.resolve(new Uint8Array(object.slice(start, end)));
  };

/** One listener's code: B for every other segment of marked sound. */
export const isHeld = ({ index, variant }: KnownSegment): boolean =>
  variant === 0 || variant === 1 + (index % 2);

/** A key ring that holds every key of the package that one listener gets, by way of a lease. */
async function leased({ tenant, call, rev }: Manifest, { segments }: KnownPackage): Promise<KeyRing> {
  const service = await generateEcdhKey(true);
  const device = await generateEcdhKey();
  const points = { epk: service.publicPoint, device: device.publicPoint };
  const binding = { tenant, call, rev, sid: createSessionId(), jkt: 'a'.repeat(43) };
  const wrapping = await deriveLeaseKey(
    await agreeSessionSecret(service.privateKey, device.publicPoint),
    points,
    { ...binding, leaseSeq: 0 },
  );
  const wrap = async (raw: Bytes): Promise<string> =>
    wrapSegmentKey(wrapping, await crypto.subtle.importKey('raw', raw, 'AES-GCM', true, ['decrypt']));
  const keys = segments.filter(isHeld).map(async ({ track, index, variant, key }) => {
    return { track: track.name, index, variant, wrapped: await wrap(key) };
  });
  const ring = new KeyRing(await agreeSessionSecret(device.privateKey, service.publicPoint), points, binding);
  const lease = { leaseSeq: 0, from: 0, to: 1, keys: await Promise.all(keys), useForSeconds: 30 };
  await ring.add(lease);
  return ring;
}

/** The registered manifest's first page of hashes. */
export const firstPageOf = (registration: string): Bytes => {
  const payload = JSON.parse(Buffer.from(registration.split('.')[1] ?? '', 'base64url').toString()) as {
    firstHashes: string;
  };
  return fromBase64url(payload.firstHashes);
};
