import {
  type Bytes,
  DATA_PIECE_BYTES,
  type DataTrack,
  deflateData,
  padData,
  storedSegmentBytes,
} from '@secure-call/protocol';
import type { PackageFolder } from './package-folder.ts';
import { type PackageSeal, writeSealedTrack } from './sealed-track.ts';

export interface DataContent {
  readonly name: DataTrack['name'];
  readonly bytes: Bytes;
}

export interface SealedData {
  readonly track: DataTrack;
  readonly hashes: readonly Bytes[];
}

const CODEC = { peaks: 'peaks-u8-20', transcript: 'webvtt', details: 'json' } as const;

/** Writes peaks, transcript or details: compressed in pieces of at most 1 MiB, each in a slot of its own. */
export async function writeDataTrack(
  folder: PackageFolder,
  seal: PackageSeal,
  { name, bytes }: DataContent,
): Promise<SealedData> {
  const pieces: Bytes[] = [];
  for (let start = 0; start === 0 || start < bytes.length; start += DATA_PIECE_BYTES)
    pieces.push(await deflateData(bytes.slice(start, start + DATA_PIECE_BYTES)));
  const slotBytes = storedSegmentBytes(Math.max(...pieces.map(piece => piece.length)));
  const track: DataTrack = {
    name,
    object: `${name}.bin`,
    codec: CODEC[name],
    total: pieces.length + 1,
    slotBytes,
  };
  const slots = pieces.map(piece => [padData(piece, slotBytes)]);
  const sealing = { name, object: track.object, firstIndex: 1, total: track.total } as const;
  return { track, hashes: await writeSealedTrack(folder, seal, sealing, slots) };
}
