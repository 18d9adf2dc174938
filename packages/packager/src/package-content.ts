import {
  type AudioTrack,
  type Bytes,
  concat,
  type DataTrack,
  HASH_PAGE_BYTES,
  type Manifest,
  sha256Base64url,
  utf8,
} from '@secure-call/protocol';
import { writeAudioTrack } from './audio-track.ts';
import { type DataContent, writeDataTrack } from './data-track.ts';
import { finishObject, type PackageFolder, writeAll } from './package-folder.ts';
import { HASHES_OBJECT } from './package-reader.ts';
import type { Packaging } from './packaging.ts';
import { PeakMeter } from './peaks.ts';
import type { PackageSeal } from './sealed-track.ts';

/** What was written, in the manifest's order, and what it was made from. */
export interface PackageContent {
  readonly tracks: readonly [AudioTrack, ...DataTrack[]];
  /** SHA-256 of every stored slot, in (track, index) order. */
  readonly slotHashes: readonly Bytes[];
  readonly segmentDigests: readonly string[];
  readonly data: readonly DataContent[];
}

export interface ContentInput {
  readonly packaging: Packaging;
  readonly seal: PackageSeal;
  /** 32 bytes, from which the forensic watermark's chips come. */
  readonly watermarkSeed: Bytes;
  /** Called before each segment; throws to stop. */
  readonly checkpoint: () => void;
}

/** Writes audio, peaks and attachments, each to an object of its own. */
export async function writeTracks(
  folder: PackageFolder,
  { packaging, seal, watermarkSeed, checkpoint }: ContentInput,
): Promise<PackageContent> {
  const { recording, roles, attachments, variants, onProgress } = packaging;
  const peaks = new PeakMeter(recording.sampleRateHz, recording.channels);
  const totalSeconds = recording.durationSamples / recording.sampleRateHz;
  const onEncoded = (seconds: number): void => onProgress?.(Math.min(seconds, totalSeconds), totalSeconds);
  const mark = variants === 2 ? watermarkSeed : undefined;
  const audio = await writeAudioTrack(folder, { recording, roles, peaks, mark, seal, onEncoded, checkpoint });
  const data: DataContent[] = [{ name: 'peaks', bytes: peaks.finish() }, ...attachments];
  const dataTracks: DataTrack[] = [];
  const slotHashes = [...audio.hashes];
  for (const content of data) {
    const sealed = await writeDataTrack(folder, seal, content);
    dataTracks.push(sealed.track);
    slotHashes.push(...sealed.hashes);
  }
  return { tracks: [audio.track, ...dataTracks], slotHashes, segmentDigests: audio.segmentDigests, data };
}

/** @returns the bytes of hashes.bin without its padding */
export async function writeHashes(folder: PackageFolder, { slotHashes }: PackageContent): Promise<Bytes> {
  const hashes = concat(...slotHashes);
  const file = await folder.createFile(HASHES_OBJECT);
  try {
    await writeAll(file, hashes, 0);
    await finishObject(file, hashes.length);
  } finally {
    await file.close();
  }
  return hashes;
}

/** @returns the manifest's exact bytes: they are hashed and carried as they are here */
export async function describePackage(
  names: Pick<Manifest, 'tenant' | 'call' | 'rev' | 'packageId'>,
  { tracks }: PackageContent,
  hashes: Bytes,
): Promise<Bytes> {
  const hashPages: string[] = [];
  for (let start = 0; start < hashes.length; start += HASH_PAGE_BYTES)
    hashPages.push(await sha256Base64url(hashes.slice(start, start + HASH_PAGE_BYTES)));
  const manifest = { v: 1, ...names, tracks: [...tracks], hashPages } satisfies Manifest;
  return utf8(JSON.stringify(manifest));
}
