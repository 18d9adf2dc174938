import { SecureCallError } from '@secure-call/protocol';
import { parse, setOptions, type types } from 'hls-parser';
import { chooseAudio } from './hls-rendition.ts';
import type { MediaAddresses } from './media-addresses.ts';

export const MAX_PLAYLIST_BYTES: number = 8 * 1024 * 1024;
const MAX_SEGMENTS = 50_000;
const MAX_SEGMENT_SECONDS = 120;
const MAX_RECORDING_SECONDS = 48 * 3600;
const MAX_RENDITION_LINES = 1000;
const MAX_BYTES = 64 * 1024 * 1024;

/** Bytes of an object; `end` is exclusive. */
export interface HlsRange {
  readonly start: number;
  readonly end: number;
}

/** Something that is stored: an object or a part of one, encrypted or in clear. */
export interface HlsObject {
  readonly url: string;
  readonly range: HlsRange | undefined;
  /** The key's absolute address, and its initialization vector; undefined where it is stored in clear. */
  readonly key: HlsKey | undefined;
}

export interface HlsKey {
  readonly id: string;
  /** Undefined only for an initialization section whose playlist states none. */
  readonly iv: Uint8Array<ArrayBuffer> | undefined;
}

export interface HlsSegment extends HlsObject {
  readonly seconds: number;
  readonly discontinuity: boolean;
  /** Undefined for containers without initialization sections. */
  readonly init: HlsObject | undefined;
}

/** What a playlist is: the recording, or the address of the playlist that holds its sound. */
export type HlsPlaylist =
  | { readonly kind: 'media'; readonly segments: readonly HlsSegment[] }
  | { readonly kind: 'multivariant'; readonly audio: string };

/**
 * Reads a playlist as storage delivered it. It is not authentic: whatever is not plain, finished, AES-128 encrypted
 * and of known origin is refused.
 * @param addresses - resolves against the playlist's own address and refuses origins that are not allowed
 * @throws {SecureCallError} `recording_unsupported`
 */
export function readPlaylist(text: string, addresses: MediaAddresses): HlsPlaylist {
  const lines = knownLines(text);
  const playlist = parsed(lines);
  if (playlist.isMasterPlaylist)
    return { kind: 'multivariant', audio: addresses.media(chooseAudio(playlist)) };
  return { kind: 'media', segments: mediaSegments(playlist, keysOfMaps(lines), addresses) };
}

/** Tags that matter here; the parser is given no others, so no other code of it meets hostile text. */
const KNOWN_TAGS: ReadonlySet<string> = new Set(
  'EXTM3U EXTINF EXT-X-VERSION EXT-X-TARGETDURATION EXT-X-MEDIA-SEQUENCE EXT-X-DISCONTINUITY EXT-X-ENDLIST EXT-X-PLAYLIST-TYPE EXT-X-KEY EXT-X-MAP EXT-X-BYTERANGE EXT-X-STREAM-INF EXT-X-MEDIA'.split(
    ' ',
  ),
);
const REFUSED_TAGS: ReadonlySet<string> = new Set(
  'EXT-X-DEFINE EXT-X-GAP EXT-X-I-FRAMES-ONLY EXT-X-PART EXT-X-SKIP EXT-X-PREFETCH'.split(' '),
);

function knownLines(text: string): readonly string[] {
  if (text.length > MAX_PLAYLIST_BYTES) throw refused('is too large');
  const lines = text.split(/\r?\n/).map(line => line.trim());
  if (lines[0] !== '#EXTM3U') throw refused('is no HLS playlist');
  const kept = lines.filter(line => line !== '' && (!line.startsWith('#') || KNOWN_TAGS.has(tagOf(line))));
  if (lines.some(line => REFUSED_TAGS.has(tagOf(line)))) throw refused('uses a feature of live or video HLS');
  const variants = kept.filter(line => /^#EXT-X-(?:STREAM-INF|MEDIA):/.test(line)).length;
  if (variants > MAX_RENDITION_LINES) throw refused('lists too many renditions');
  if (kept.filter(line => !line.startsWith('#')).length > MAX_SEGMENTS)
    throw refused('has too many segments');
  return kept;
}

const tagOf = (line: string): string => /^#([A-Z0-9-]+)/.exec(line)?.[1] ?? '';

function parsed(lines: readonly string[]): types.MasterPlaylist | types.MediaPlaylist {
  // Deviations that do no harm are common; what matters is checked here. Silent: nothing of a playlist belongs in a log.
  setOptions({ strictMode: false, silent: true });
  try {
    return parse(lines.join('\n'));
  } catch {
    throw refused('is malformed');
  }
}

/**
 * The key in force at each EXT-X-MAP (RFC 8216 section 4.3.2.4). The parser knows only the one in force at the segment
 * behind it, which may have come in between: so it is asked again, about a list with a segment for every EXT-X-MAP.
 */
function keysOfMaps(lines: readonly string[]): readonly (types.Key | null | undefined)[] {
  let inForce = '#EXT-X-KEY:METHOD=NONE';
  const places = lines.flatMap(line => {
    if (tagOf(line) === 'EXT-X-KEY') inForce = line;
    return tagOf(line) === 'EXT-X-MAP' ? [inForce, '#EXTINF:1,', 'map'] : [];
  });
  if (places.length === 0) return [];
  const playlist = parsed(['#EXTM3U', '#EXT-X-TARGETDURATION:1', ...places]);
  return playlist.isMasterPlaylist ? [] : playlist.segments.map(({ key }) => key);
}

function mediaSegments(
  playlist: types.MediaPlaylist,
  mapKeys: readonly (types.Key | null | undefined)[],
  addresses: MediaAddresses,
): readonly HlsSegment[] {
  if (!playlist.endlist) throw refused('is live or not finished');
  // The parser makes tags behind the last address into a segment without one.
  const listed = playlist.segments.filter(({ uri }) => uri !== '');
  if (listed.length === 0) throw refused('has no segments');
  const inits = initsOf(listed, mapKeys, addresses);
  const segments = listed.map(segment => mediaSegment(segment, inits.get(segment.map), addresses));
  const total = segments.reduce((sum, { seconds }) => sum + seconds, 0);
  if (total > MAX_RECORDING_SECONDS) throw refused('is too long');
  if (!segments.some(({ key }) => key)) throw refused('is not encrypted');
  return segments;
}

/** Initialization sections by the object the parser has for each, which segments share. */
function initsOf(
  segments: readonly types.Segment[],
  mapKeys: readonly (types.Key | null | undefined)[],
  addresses: MediaAddresses,
): ReadonlyMap<types.Segment['map'] | null, HlsObject> {
  const maps = [...new Set(segments.map(({ map }: { map: types.Segment['map'] | null }) => map))];
  const known = maps.filter(map => map !== null);
  if (known.length !== mapKeys.length) throw refused('has initialization sections that nothing uses');
  return new Map(
    known.map((map, place) => {
      const key = keyOf(mapKeys[place], addresses);
      return [map, { url: addresses.media(map.uri), range: rangeOf(map.byterange, 0), key }];
    }),
  );
}

function mediaSegment(
  segment: types.Segment,
  init: HlsObject | undefined,
  addresses: MediaAddresses,
): HlsSegment {
  const { duration: seconds, discontinuity = false, mediaSequenceNumber } = segment;
  if (!(seconds > 0 && seconds <= MAX_SEGMENT_SECONDS)) throw refused('has a segment of unlikely length');
  const key = keyOf(segment.key, addresses);
  return {
    url: addresses.media(segment.uri),
    range: rangeOf(segment.byterange),
    key: key && { ...key, iv: key.iv ?? sequenceIv(mediaSequenceNumber) },
    seconds,
    discontinuity,
    init,
  };
}

function keyOf(key: types.Key | null | undefined, addresses: MediaAddresses): HlsKey | undefined {
  if (!key || key.method === 'NONE') return undefined;
  if (key.method !== 'AES-128') throw refused('is encrypted by another method than AES-128');
  if (key.format !== undefined && key.format !== 'identity') throw refused('wants keys of a DRM system');
  if (!key.uri) throw refused('names no key');
  const iv = key.iv === undefined ? undefined : new Uint8Array(key.iv);
  if (iv && iv.length !== 16) throw refused('has a malformed initialization vector');
  return { id: addresses.key(key.uri), iv };
}

/** RFC 8216 section 5.2: without IV it is the media sequence number, big-endian. */
function sequenceIv(mediaSequenceNumber: number): Uint8Array<ArrayBuffer> {
  if (!Number.isSafeInteger(mediaSequenceNumber) || mediaSequenceNumber < 0)
    throw refused('has a malformed media sequence number');
  const iv = new Uint8Array(16);
  new DataView(iv.buffer).setBigUint64(8, BigInt(mediaSequenceNumber));
  return iv;
}

function rangeOf(
  range: { readonly length: number; readonly offset: number } | undefined,
  defaultOffset?: number,
): HlsRange | undefined {
  if (!range) return undefined;
  const { length } = range;
  const start = range.offset < 0 && defaultOffset !== undefined ? defaultOffset : range.offset;
  const fits = Number.isSafeInteger(start) && start >= 0 && Number.isSafeInteger(start + length);
  if (!fits || !(length > 0 && length <= MAX_BYTES)) throw refused('has a malformed byte range');
  return { start, end: start + length };
}

const refused = (why: string): SecureCallError =>
  new SecureCallError('recording_unsupported', `The playlist ${why}.`);
