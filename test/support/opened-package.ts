import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackResult } from '@secure-call/packager';
import {
  audioTrack,
  type Bytes,
  concat,
  deriveSegmentKey,
  importCallKey,
  type KeyPair,
  openSealedKey,
  openSegment,
  parseJson,
  slotRange,
  slotVariants,
  storedVariant,
  type Variant,
} from '@secure-call/protocol';
import * as v from 'valibot';

const sealed = v.looseObject({ jwe: v.any(), manifestSha256: v.string() });

/** What only the holder of the archive key can do: the package's audio as one fragmented MP4, base64. */
export async function openPackage(
  pack: PackResult,
  archive: KeyPair,
  variantAt?: (index: number) => Variant,
): Promise<string> {
  return Buffer.from(concat(...(await openSegments(pack, archive, variantAt)))).toString('base64');
}

/**
 * The same in its parts: init segment first, each padded to its slot.
 * @param variantAt - of a media segment; variant A of marked sound where absent
 */
export async function openSegments(
  pack: PackResult,
  archive: KeyPair,
  variantAt?: (index: number) => Variant,
): Promise<Bytes[]> {
  const { tenant, call, rev } = pack.manifest;
  const payload = Buffer.from(pack.registration.split('.')[1] ?? '', 'base64url').toString();
  const { jwe, manifestSha256 } = parseJson(sealed, payload, 'registration');
  const callKey = await openSealedKey(jwe, { tenant, call, rev, manifestSha256 }, archive.privateJwk);
  const track = audioTrack(pack.manifest);
  const stored = new Uint8Array(await readFile(join(pack.folder, track.object)));
  const key = await importCallKey(callKey);
  const segments = Array.from({ length: track.total }, async (_, index) => {
    const { start, end } = slotRange(track, index);
    const [only = 0, ...others] = slotVariants(track, index);
    const variant = others.length > 0 ? (variantAt?.(index) ?? only) : only;
    const binding = { tenant, call, rev, track: track.name, variant, index, total: track.total };
    return openSegment(
      await deriveSegmentKey(key, binding),
      storedVariant(stored.slice(start, end), variant),
    );
  });
  return Promise.all(segments);
}
