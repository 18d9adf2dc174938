import {
  type Bytes,
  concat,
  deriveSegmentKey,
  sealSegment,
  type SegmentBinding,
  sha256,
  type TrackName,
  type Variant,
} from '@secure-call/protocol';
import { finishObject, type PackageFolder, writeAll } from './package-folder.ts';

/** What every segment of a package is bound to, and the key its keys come from. */
export interface PackageSeal {
  readonly binding: Pick<SegmentBinding, 'tenant' | 'call' | 'rev'>;
  readonly callKey: CryptoKey;
}

export interface TrackToSeal {
  readonly name: TrackName;
  readonly object: string;
  /** 0 where the track has an init segment, else 1. */
  readonly firstIndex: 0 | 1;
  readonly total: number;
}

/**
 * Seals padded plaintexts, each under its own key, side by side into one object. A slot with one plaintext has no variants; of
 * two, the first is variant A.
 * @param slots - the plaintexts of each slot
 * @returns SHA-256 of each stored slot, in order
 */
export async function writeSealedTrack(
  folder: PackageFolder,
  { binding, callKey }: PackageSeal,
  track: TrackToSeal,
  slots: AsyncIterable<readonly Bytes[]> | Iterable<readonly Bytes[]>,
): Promise<Bytes[]> {
  const file = await folder.createFile(track.object);
  const hashes: Bytes[] = [];
  let position = 0;
  let index: number = track.firstIndex;
  try {
    for await (const plaintexts of slots) {
      const variants: readonly Variant[] = plaintexts.length === 1 ? [0] : [1, 2];
      const place = { ...binding, track: track.name, index, total: track.total };
      const sealed = variants.map(async (variant, part) =>
        sealSegment(await deriveSegmentKey(callKey, { ...place, variant }), plaintexts[part] as Bytes),
      );
      const stored = concat(...(await Promise.all(sealed)));
      hashes.push(await sha256(stored));
      await writeAll(file, stored, position);
      position += stored.length;
      index += 1;
    }
    await finishObject(file, position);
  } finally {
    await file.close();
  }
  return hashes;
}
