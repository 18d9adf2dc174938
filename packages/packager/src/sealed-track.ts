import {
  type Bytes,
  deriveSegmentKey,
  sealSegment,
  type SegmentBinding,
  sha256,
  type TrackName,
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
 * Seals padded plaintexts, each under its own key, side by side into one object.
 * @returns SHA-256 of each stored slot, in order
 */
export async function writeSealedTrack(
  folder: PackageFolder,
  { binding, callKey }: PackageSeal,
  track: TrackToSeal,
  plaintexts: AsyncIterable<Bytes> | Iterable<Bytes>,
): Promise<Bytes[]> {
  const file = await folder.createFile(track.object);
  const hashes: Bytes[] = [];
  let position = 0;
  let index: number = track.firstIndex;
  try {
    for await (const plaintext of plaintexts) {
      const segment: SegmentBinding = {
        ...binding,
        track: track.name,
        variant: 0,
        index,
        total: track.total,
      };
      const stored = await sealSegment(await deriveSegmentKey(callKey, segment), plaintext);
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
