import {
  type Bytes,
  equalBytes,
  hashInPage,
  hashPageOf,
  hashPageRange,
  hashPosition,
  type Manifest,
  SecureCallError,
  sha256,
  slotRange,
  type Track,
  verifyHashPage,
} from '@secure-call/protocol';
import type { ReadRange } from './storage-reader.ts';
import { readPersistently } from './storage-retry.ts';

/** Slots kept around the position: ciphertext only, so that a lease finds its bytes already here. */
const KEPT_SLOTS = 48;

/** Fetches slots and lets none pass whose hash is not the registered one. */
export class SlotSource {
  readonly #manifest: Manifest;
  readonly #base: string;
  readonly #read: ReadRange;
  readonly #abort = new AbortController();
  readonly #pages = new Map<number, Promise<Bytes>>();
  readonly #slots = new Map<string, Promise<Bytes>>();

  /** @param firstPage - page 0 of hashes.bin, already verified; read from storage where absent */
  constructor(manifest: Manifest, base: string, firstPage: Bytes | undefined, read: ReadRange) {
    this.#manifest = manifest;
    this.#base = base;
    this.#read = read;
    if (firstPage) this.#pages.set(0, Promise.resolve(firstPage));
  }

  /**
   * The stored bytes of a slot.
   * @throws {SecureCallError} `integrity_failed` when storage delivers something else, `media_unavailable`
   */
  slot(track: Track, index: number): Promise<Bytes> {
    const name = `${track.name}/${index}`;
    const known = this.#slots.get(name);
    if (known) return known;
    const fetched = this.#checked(track, index);
    this.#slots.set(name, fetched);
    fetched.catch(() => this.#slots.delete(name));
    this.#forgetOldest();
    return fetched;
  }

  /** Stops every fetch and forgets everything. */
  close(): void {
    this.#abort.abort();
    this.#slots.clear();
    this.#pages.clear();
  }

  #forgetOldest(): void {
    const oldest = this.#slots.keys().next();
    if (this.#slots.size > KEPT_SLOTS && !oldest.done) this.#slots.delete(oldest.value);
  }

  async #checked(track: Track, index: number): Promise<Bytes> {
    const position = hashPosition(this.#manifest, track, index);
    const { start, end } = slotRange(track, index);
    const [page, bytes] = await Promise.all([
      this.#page(hashPageOf(position)),
      this.#range(track.object, start, end, false),
    ]);
    const expected = hashInPage(page, position);
    if (equalBytes(await sha256(bytes), expected)) return bytes;
    // Once more past the cache: a damaged copy there must not condemn the recording.
    const again = await this.#range(track.object, start, end, true);
    if (equalBytes(await sha256(again), expected)) return again;
    throw new SecureCallError('integrity_failed', 'Part of this recording is not what was sealed.');
  }

  #page(page: number): Promise<Bytes> {
    const known = this.#pages.get(page);
    if (known) return known;
    const fetched = this.#fetchPage(page);
    this.#pages.set(page, fetched);
    fetched.catch(() => this.#pages.delete(page));
    return fetched;
  }

  async #fetchPage(page: number): Promise<Bytes> {
    const { start, end } = hashPageRange(this.#manifest, page);
    const bytes = await this.#range('hashes.bin', start, end, false);
    await verifyHashPage(this.#manifest, page, bytes);
    return bytes;
  }

  #range(object: string, start: number, end: number, fresh: boolean): Promise<Bytes> {
    const { signal } = this.#abort;
    return readPersistently(() => this.#read(this.#base + object, start, end, fresh, signal), signal);
  }
}
