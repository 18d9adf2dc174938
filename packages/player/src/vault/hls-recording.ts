import { type Bytes, type ContentKeyKind, fromUtf8, HLS_KEYS, SecureCallError } from '@secure-call/protocol';
import {
  type HlsObject,
  type HlsPlaylist,
  type HlsSegment,
  MAX_PLAYLIST_BYTES,
  readPlaylist,
} from './hls-playlist.ts';
import { MediaAddresses } from './media-addresses.ts';
import type { RecordingDescription } from './recording-description.ts';
import type { SealedRecording } from './sealed-recording.ts';
import type { Storage } from './storage-reader.ts';
import { readPersistently } from './storage-retry.ts';
import { syntheticPlaylist } from './synthetic-playlist.ts';

const PREFETCH_SECONDS = 30;
const MAX_SEGMENT_BYTES = 16 * 1024 * 1024;
/** Segments kept around the position: ciphertext only, so that a key finds its bytes already here. */
const KEPT_OBJECTS = 24;

export interface HlsRecordingOptions {
  readonly media: string;
  readonly allowOrigins: readonly string[];
  readonly channels: readonly string[];
}

/**
 * Plain HLS of another packager. Segments count from 1, initialization sections from where the segments end. Nothing in
 * it is authentic: that a segment decrypts says little about who made it.
 */
export class HlsRecording implements SealedRecording {
  readonly description: RecordingDescription;
  readonly keyKind: ContentKeyKind = HLS_KEYS;
  readonly binding: undefined;
  readonly #segments: readonly HlsSegment[];
  /** Segments, then the initialization sections they name. */
  readonly #objects: readonly HlsObject[];
  /** Where each segment begins, in seconds. */
  readonly #starts: readonly number[];
  readonly #storage: Storage;
  readonly #abort = new AbortController();
  readonly #stored = new Map<number, Promise<Bytes>>();

  private constructor(segments: readonly HlsSegment[], channels: readonly string[], storage: Storage) {
    this.#segments = segments;
    this.#storage = storage;
    const inits = initsOf(segments);
    this.#objects = [...segments, ...inits.sections];
    let seconds = 0;
    this.#starts = segments.map(segment => (seconds += segment.seconds) - segment.seconds);
    const entries = segments.map((segment, place) => {
      const init = inits.places[place];
      const { discontinuity } = segment;
      return {
        seconds: segment.seconds,
        discontinuity,
        ...(init === undefined ? {} : { init: segments.length + 1 + init }),
      };
    });
    this.description = {
      roles: channels,
      durationSeconds: seconds,
      primingSeconds: 0,
      playlist: syntheticPlaylist(entries),
    };
  }

  /** @throws {SecureCallError} `recording_unsupported` for a playlist that may not be played, `media_unavailable` */
  static async open(options: HlsRecordingOptions, storage: Storage): Promise<HlsRecording> {
    const addresses = new MediaAddresses(options.media, options.allowOrigins);
    const first = await fetchPlaylist(options.media, addresses, storage);
    if (first.kind === 'media') return new HlsRecording(first.segments, options.channels, storage);
    const audio = await fetchPlaylist(first.audio, addresses.of(first.audio), storage);
    if (audio.kind === 'media') return new HlsRecording(audio.segments, options.channels, storage);
    throw new SecureCallError('recording_unsupported', 'The playlist names playlists of playlists.');
  }

  keyIds(fromSeconds: number, toSeconds: number): readonly string[] {
    const window = this.#segments.slice(this.#placeAt(fromSeconds), this.#placeAt(toSeconds) + 1);
    const ids = window.flatMap(({ key, init }) => [key?.id, init?.key?.id]);
    // Where a window is in clear any key will do: what counts is that the host still gives keys.
    const known = ids.some(id => id !== undefined) ? ids : this.#segments.map(({ key }) => key?.id);
    const unique = [...new Set(known.filter(id => id !== undefined))];
    return ids.some(id => id !== undefined) ? unique : unique.slice(0, 1);
  }

  keyId(index: number): string | undefined {
    return this.#object(index).key?.id;
  }

  stored(index: number): Promise<Bytes> {
    const known = this.#stored.get(index);
    if (known) return known;
    const fetched = this.#fetch(this.#object(index));
    this.#stored.set(index, fetched);
    fetched.catch(() => this.#stored.delete(index));
    const oldest = this.#stored.keys().next();
    if (this.#stored.size > KEPT_OBJECTS && !oldest.done) this.#stored.delete(oldest.value);
    return fetched;
  }

  async open(index: number, key: CryptoKey | undefined, stored: Bytes): Promise<Bytes> {
    const iv = this.#object(index).key?.iv;
    // Packagers differ in whether EXT-X-KEY covers the EXT-X-MAP behind it; an MP4 in clear shows what it is.
    if (index > this.#segments.length && isClearMp4(stored)) return stored;
    if (!key) return stored;
    try {
      if (!iv) throw new TypeError('No initialization vector.');
      return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-CBC', iv }, key, stored));
    } catch {
      throw new SecureCallError('integrity_failed', 'Part of this recording does not open with its key.');
    }
  }

  dataKeyIds(): readonly string[] {
    return [];
  }

  openData(): Promise<Bytes> {
    return Promise.resolve(new Uint8Array());
  }

  prefetch(seconds: number): void {
    const first = this.#placeAt(seconds) + 1;
    const last = Math.min(this.#placeAt(seconds + PREFETCH_SECONDS) + 1, first + KEPT_OBJECTS / 2);
    // Whoever needs the segment meets the failure; fetching ahead is only a head start.
    for (let index = first; index <= last; index++) this.stored(index).catch(() => undefined);
  }

  close(): void {
    this.#abort.abort();
    this.#stored.clear();
  }

  #object(index: number): HlsObject {
    const object = this.#objects[index - 1];
    if (!object) throw new RangeError(`The recording has no segment ${index}.`);
    return object;
  }

  /** Place of the segment that plays at a time: the last one that has begun. */
  #placeAt(seconds: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? Infinity) <= seconds) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #fetch({ url, range }: HlsObject): Promise<Bytes> {
    const { signal } = this.#abort;
    const read = (): Promise<Bytes> =>
      range
        ? this.#storage.readRange(url, range.start, range.end, false, signal)
        : this.#storage.readWhole(url, MAX_SEGMENT_BYTES, signal);
    return readPersistently(read, signal);
  }
}

async function fetchPlaylist(
  url: string,
  addresses: MediaAddresses,
  { readWhole }: Storage,
): Promise<HlsPlaylist> {
  const never = new AbortController().signal;
  const bytes = await readPersistently(() => readWhole(url, MAX_PLAYLIST_BYTES, never), never);
  try {
    return readPlaylist(fromUtf8(bytes), addresses);
  } catch (error) {
    if (error instanceof SecureCallError) throw error;
    throw new SecureCallError('recording_unsupported', 'The playlist is malformed.');
  }
}

/** The different initialization sections, and which of them each segment needs. */
function initsOf(segments: readonly HlsSegment[]): {
  readonly sections: readonly HlsObject[];
  readonly places: readonly (number | undefined)[];
} {
  const known = new Map<string, number>();
  const sections: HlsObject[] = [];
  const places = segments.map(({ init }) => {
    if (!init) return undefined;
    const name = `${init.url} ${init.range?.start} ${init.range?.end}`;
    const place = known.get(name) ?? sections.push(init) - 1;
    known.set(name, place);
    return place;
  });
  return { sections, places };
}

/** Whether these bytes begin with a box of ISO/IEC 14496-12 that initialization sections begin with. */
function isClearMp4(bytes: Bytes): boolean {
  return ['ftyp', 'styp', 'moov'].includes(String.fromCharCode(...bytes.subarray(4, 8)));
}
