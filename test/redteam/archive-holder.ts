import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackResult } from '@secure-call/packager';
import {
  type Bytes,
  deriveSegmentKey,
  firstIndex,
  importCallKey,
  type KeyPair,
  openSealedKey,
  openSegment,
  parseJson,
  slotRange,
  slotVariants,
  storedVariant,
  type Track,
  type Variant,
} from '@secure-call/protocol';
import * as v from 'valibot';

const sealed = v.looseObject({ jwe: v.any(), manifestSha256: v.string() });

/** One segment with everything that must stay hidden of it. */
export interface KnownSegment {
  readonly track: Track;
  readonly index: number;
  readonly variant: Variant;
  readonly key: Bytes;
  /** The whole slot that it lies in. */
  readonly slot: Bytes;
  readonly stored: Bytes;
  readonly plaintext: Bytes;
}

/** Everything secret of a package, which a test knows because it holds the archive key. */
export interface KnownPackage {
  readonly callKey: Bytes;
  readonly segments: readonly KnownSegment[];
}

/** Opens a whole package with the archive key, to know what an attacker must not find. */
export async function openWhole(pack: PackResult, archive: KeyPair): Promise<KnownPackage> {
  const { tenant, call, rev } = pack.manifest;
  const payload = Buffer.from(pack.registration.split('.')[1] ?? '', 'base64url').toString();
  const { jwe, manifestSha256 } = parseJson(sealed, payload, 'registration');
  const callKey = await openSealedKey(jwe, { tenant, call, rev, manifestSha256 }, archive.privateJwk);
  const master = await importCallKey(callKey);
  const segments: KnownSegment[] = [];
  for (const track of pack.manifest.tracks) {
    const object = new Uint8Array(await readFile(join(pack.folder, track.object)));
    for (let index: number = firstIndex(track); index < track.total; index += 1) {
      const { start, end } = slotRange(track, index);
      const slot = object.slice(start, end);
      for (const variant of slotVariants(track, index)) {
        const stored = storedVariant(slot, variant);
        const binding = { tenant, call, rev, track: track.name, variant, index, total: track.total };
        const segmentKey = await deriveSegmentKey(master, binding, true);
        const key = new Uint8Array(await crypto.subtle.exportKey('raw', segmentKey));
        const plaintext = await openSegment(segmentKey, stored);
        segments.push({ track, index, variant, key, slot, stored, plaintext });
      }
    }
  }
  return { callKey, segments };
}

/** The call key and every segment key. */
export const secretKeys = ({ callKey, segments }: KnownPackage): Bytes[] => [
  callKey,
  ...segments.map(segment => segment.key),
];

/** Runs of 24 bytes out of the middle of the sound of audio segments: what encoded speech looks like, not its container. */
export function soundRuns({ segments }: KnownPackage, everyNth = 3): Bytes[] {
  return segments
    .filter(({ track, index }) => track.name === 'audio' && index > 0 && index % everyNth === 0)
    .map(({ plaintext }) => {
      const mdat = Buffer.from(plaintext).indexOf('mdat');
      return plaintext.slice(mdat + 200, mdat + 224);
    });
}
