import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Bytes,
  deriveSegmentKey,
  equalBytes,
  firstIndex,
  HASH_PAGE_BYTES,
  hashInPage,
  hashPageOf,
  hashPageRange,
  hashPosition,
  type Manifest,
  openSegment,
  padmeBytes,
  SecureCallError,
  sha256,
  slotCount,
  slotRange,
  slotVariants,
  storedVariant,
  type Track,
  type Variant,
  verifyHashPage,
} from '@secure-call/protocol';
import { openForReading, readBytes } from './file-bytes.ts';

export const HASHES_OBJECT = 'hashes.bin';

/** A slot whose hash is the registered one. */
export interface VerifiedSlot {
  readonly index: number;
  readonly stored: Bytes;
}

/** A segment of a slot, opened. */
export interface OpenedSegment {
  readonly index: number;
  readonly variant: Variant;
  readonly plaintext: Bytes;
}

/** Reads a package the way a player does: each page of hashes against the manifest, each slot against its hash. */
export class PackageReader {
  readonly manifest: Manifest;
  readonly #folder: string;
  readonly #pages = new Map<number, Bytes>();

  constructor(folder: string, manifest: Manifest) {
    this.#folder = folder;
    this.manifest = manifest;
  }

  /**
   * All slots of a track, in order.
   * @throws {SecureCallError} `package_unreadable` when an object is missing, `integrity_failed` when one was changed
   */
  async *slots(track: Track): AsyncGenerator<VerifiedSlot, void, undefined> {
    const file = await this.#open(track.object);
    try {
      await checkSize(file, track.object, slotCount(track) * track.slotBytes);
      for (let index: number = firstIndex(track); index < track.total; index += 1) {
        const { start, end } = slotRange(track, index);
        const stored = await readBytes(file, start, end - start);
        const expected = await this.#hash(hashPosition(this.manifest, track, index));
        if (!equalBytes(await sha256(stored), expected))
          throw damaged(`Slot ${index} of ${track.object} is not what was sealed.`);
        yield { index, stored };
      }
    } finally {
      await file.close();
    }
  }

  /**
   * All segments of a track, opened: slot by slot, and in each slot variant by variant.
   * @param callKey - imported by `importCallKey`
   * @throws {SecureCallError} as `slots`, and `integrity_failed` when a slot does not open
   */
  async *plaintexts(track: Track, callKey: CryptoKey): AsyncGenerator<OpenedSegment, void, undefined> {
    const { tenant, call, rev } = this.manifest;
    for await (const { index, stored } of this.slots(track)) {
      const place = { tenant, call, rev, track: track.name, index, total: track.total };
      for (const variant of slotVariants(track, index)) {
        const key = await deriveSegmentKey(callKey, { ...place, variant });
        yield { index, variant, plaintext: await openSegment(key, storedVariant(stored, variant)) };
      }
    }
  }

  async #hash(position: number): Promise<Bytes> {
    const number = hashPageOf(position);
    const page = this.#pages.get(number) ?? (await this.#readPage(number));
    this.#pages.set(number, page);
    return hashInPage(page, position);
  }

  async #readPage(number: number): Promise<Bytes> {
    const file = await this.#open(HASHES_OBJECT);
    try {
      const last = hashPageRange(this.manifest, this.manifest.hashPages.length - 1);
      await checkSize(file, HASHES_OBJECT, last.end);
      const page = await readBytes(
        file,
        number * HASH_PAGE_BYTES,
        hashPageRange(this.manifest, number).end - number * HASH_PAGE_BYTES,
      );
      await verifyHashPage(this.manifest, number, page);
      return page;
    } finally {
      await file.close();
    }
  }

  #open(name: string): Promise<FileHandle> {
    return openForReading(join(this.#folder, name), 'package_unreadable', `${name} of the package`);
  }
}

async function checkSize(file: FileHandle, name: string, usedBytes: number): Promise<void> {
  const { size } = await file.stat();
  if (size !== padmeBytes(usedBytes))
    throw damaged(`${name} has ${size} bytes instead of ${padmeBytes(usedBytes)}.`);
}

const damaged = (message: string): SecureCallError => new SecureCallError('integrity_failed', message);
