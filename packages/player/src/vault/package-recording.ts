import {
  type AudioTrack,
  audioTrack,
  type Bytes,
  concat,
  type ContentKeyKind,
  findTrack,
  fromUtf8,
  type Manifest,
  MAX_PUBLISHED_MANIFEST_BYTES,
  openPublishedManifest,
  openSegment,
  pinKey,
  type PublicJwk,
  PUBLISHED_MANIFEST_OBJECT,
  SecureCallError,
  segmentIndexAt,
  SEGMENT_KEYS,
  type Track,
  unpackData,
} from '@secure-call/protocol';
import { describeTrack, type RecordingDescription } from './recording-description.ts';
import type { DataName, SealedRecording } from './sealed-recording.ts';
import { SlotSource } from './slot-source.ts';
import type { Storage } from './storage-reader.ts';
import { readPersistently } from './storage-retry.ts';

const PREFETCH_SECONDS = 30;

/** A package whose manifest lies signed beside it. */
export class PackageRecording implements SealedRecording {
  readonly description: RecordingDescription;
  readonly keyKind: ContentKeyKind = SEGMENT_KEYS;
  readonly binding: { readonly call: string; readonly rev: number };
  readonly #manifest: Manifest;
  readonly #track: AudioTrack;
  readonly #slots: SlotSource;

  private constructor(manifest: Manifest, slots: SlotSource) {
    this.#manifest = manifest;
    this.#track = audioTrack(manifest);
    this.#slots = slots;
    this.binding = { call: manifest.call, rev: manifest.rev };
    this.description = describeTrack(this.#track);
  }

  /**
   * @param base - the package's folder, with a slash at its end
   * @throws {SecureCallError} `integrity_failed` when no trusted packager signed the manifest, `media_unavailable`
   */
  static async open(
    base: string,
    packagerKeys: readonly PublicJwk[],
    storage: Storage,
  ): Promise<PackageRecording> {
    const never = new AbortController().signal;
    const read = (): Promise<Bytes> =>
      storage.readWhole(base + PUBLISHED_MANIFEST_OBJECT, MAX_PUBLISHED_MANIFEST_BYTES, never);
    const jws = textOf(await readPersistently(read, never));
    const manifest = await openPublishedManifest(jws, packagerKeys.map(pinKey));
    if (audioTrack(manifest).variants !== 1) {
      throw new SecureCallError('recording_unsupported', 'A marked recording needs the key service.');
    }
    return new PackageRecording(manifest, new SlotSource(manifest, base, undefined, storage.readRange));
  }

  keyIds(fromSeconds: number, toSeconds: number): readonly string[] {
    const first = segmentIndexAt(this.#track, fromSeconds);
    const last = segmentIndexAt(this.#track, toSeconds);
    return [0, ...indexes(first, last)].map(index => this.keyId(index));
  }

  keyId(index: number): string {
    return this.#idOf(this.#track, index);
  }

  dataKeyIds(name: DataName): readonly string[] {
    const track = findTrack(this.#manifest, name);
    return track ? indexes(1, track.total - 1).map(index => this.#idOf(track, index)) : [];
  }

  stored(index: number): Promise<Bytes> {
    return this.#slots.slot(this.#track, index);
  }

  open(_index: number, key: CryptoKey | undefined, stored: Bytes): Promise<Bytes> {
    if (!key) throw new SecureCallError('integrity_failed', 'Every part of a package is sealed.');
    return openSegment(key, stored);
  }

  async openData(name: DataName, key: (id: string) => Promise<CryptoKey>): Promise<Bytes> {
    const track = findTrack(this.#manifest, name);
    const pieces = indexes(1, (track?.total ?? 0) - 1).map(async index => {
      if (!track) return new Uint8Array();
      const stored = await this.#slots.slot(track, index);
      return unpackData(await openSegment(await key(this.#idOf(track, index)), stored));
    });
    return concat(...(await Promise.all(pieces)));
  }

  prefetch(seconds: number): void {
    const first = segmentIndexAt(this.#track, seconds);
    const last = segmentIndexAt(this.#track, seconds + PREFETCH_SECONDS);
    // Whoever needs the slot meets the failure; fetching ahead is only a head start.
    for (const index of [0, ...indexes(first, last)]) this.stored(index).catch(() => undefined);
  }

  close(): void {
    this.#slots.close();
  }

  #idOf(track: Track, index: number): string {
    return `${this.#manifest.packageId}/${track.name}/0/${index}`;
  }
}

const indexes = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, offset) => first + offset);

function textOf(bytes: Bytes): string {
  try {
    return fromUtf8(bytes).trim();
  } catch {
    throw new SecureCallError('integrity_failed', 'The manifest is malformed.');
  }
}
