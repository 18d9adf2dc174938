import * as v from 'valibot';
import { type Bytes, fromBase64url, fromUtf8, sha256Base64url } from './bytes.ts';
import { SecureCallError } from './errors.ts';
import { callIdSchema, digestSchema, nameSchema, packageIdSchema } from './identifiers.ts';
import { parseJson } from './parse.ts';

/** Bytes of one page of hashes.bin; the manifest holds the hash of each page. */
export const HASH_PAGE_BYTES = 8192;
const HASH_BYTES = 32;
const SLOT_UNIT_BYTES = 1024;
const MAX_TOTAL = 1_000_000;
const MIN_SEGMENT_SECONDS = 1;
const MAX_SEGMENT_SECONDS = 6;
/** Encoders flush at most this many samples after the last one of the recording. */
const MAX_TAIL_SAMPLES = 8192;

const count = (max: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(max));
const objectName = v.pipe(v.string(), v.regex(/^[a-z]{1,16}\.bin$/));
const slotBytes = v.pipe(count(64 * 1024 * 1024), v.multipleOf(SLOT_UNIT_BYTES));

const audioTrackSchema = v.pipe(
  v.strictObject({
    name: v.literal('audio'),
    object: objectName,
    /** RFC 6381 codec string. */
    codec: v.pipe(v.string(), v.regex(/^[A-Za-z0-9.]{1,32}$/)),
    sampleRateHz: v.pipe(v.number(), v.integer(), v.minValue(8000), v.maxValue(48000)),
    channels: v.pipe(v.array(v.strictObject({ role: nameSchema })), v.minLength(1), v.maxLength(8)),
    variants: v.picklist([1, 2]),
    total: count(MAX_TOTAL),
    /** Of all variants together. */
    slotBytes,
    /** Encoded samples per channel in every segment but the last. */
    segmentSamples: count(48000 * MAX_SEGMENT_SECONDS),
    /** Samples per channel of the recording. */
    durationSamples: count(2 ** 40),
    /** Encoded samples before the recording's first one. */
    primingSamples: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(MAX_TAIL_SAMPLES)),
  }),
  v.check(({ variants, slotBytes: bytes }) => bytes % (variants * SLOT_UNIT_BYTES) === 0, 'halves of a slot'),
  v.check(track => {
    const seconds = track.segmentSamples / track.sampleRateHz;
    return seconds >= MIN_SEGMENT_SECONDS && seconds <= MAX_SEGMENT_SECONDS;
  }, 'segment length'),
  v.check(track => {
    const samples = track.primingSamples + track.durationSamples;
    const segments = track.total - 1;
    return (
      segments * track.segmentSamples >= samples &&
      (segments - 1) * track.segmentSamples < samples + MAX_TAIL_SAMPLES
    );
  }, 'duration'),
);

const dataTrackSchema = v.strictObject({
  name: v.picklist(['peaks', 'transcript', 'details']),
  object: objectName,
  codec: v.picklist(['peaks-u8-20', 'webvtt', 'json']),
  total: count(4096),
  slotBytes,
});

export type AudioTrack = v.InferOutput<typeof audioTrackSchema>;
/** Peaks, transcript or details: no variants, no slot 0. */
export type DataTrack = v.InferOutput<typeof dataTrackSchema>;
export type Track = AudioTrack | DataTrack;
export type TrackName = Track['name'];

const manifestSchema = v.pipe(
  v.strictObject({
    v: v.literal(1),
    tenant: nameSchema,
    call: callIdSchema,
    rev: count(0xffff_ffff),
    packageId: packageIdSchema,
    tracks: v.pipe(v.tupleWithRest([audioTrackSchema], dataTrackSchema), v.maxLength(8)),
    hashPages: v.pipe(v.array(digestSchema), v.minLength(1)),
  }),
  v.check(
    manifest => new Set(manifest.tracks.map(t => t.name)).size === manifest.tracks.length,
    'track names',
  ),
  v.check(manifest => new Set(manifest.tracks.map(t => t.object)).size === manifest.tracks.length, 'objects'),
  v.check(manifest => {
    const bytes = manifest.tracks.reduce((sum, track) => sum + slotCount(track), 0) * HASH_BYTES;
    return manifest.hashPages.length === Math.ceil(bytes / HASH_PAGE_BYTES);
  }, 'hash pages'),
);

/** What a package holds. Hashed and carried as the bytes it was written in. */
export type Manifest = v.InferOutput<typeof manifestSchema>;

/** @throws {SecureCallError} `request_invalid` when the bytes are not a usable manifest */
export function parseManifest(bytes: Bytes): Manifest {
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch {
    throw new SecureCallError('request_invalid', 'The manifest is not UTF-8.');
  }
  return parseJson(manifestSchema, text, 'manifest');
}

export const audioTrack = (manifest: Manifest): AudioTrack => manifest.tracks[0];

export function findTrack(manifest: Manifest, name: TrackName): Track | undefined {
  return manifest.tracks.find(track => track.name === name);
}

export const isAudioTrack = (track: Track): track is AudioTrack => track.name === 'audio';

/** First index that has bytes: audio keeps its init segment in slot 0, the other tracks start at 1. */
export const firstIndex = (track: Track): 0 | 1 => (isAudioTrack(track) ? 0 : 1);

/** Number of slots of a track's object. */
export const slotCount = (track: Track): number => track.total - firstIndex(track);

/** Byte range of a slot in its object; `end` is exclusive. */
export function slotRange(track: Track, index: number): { readonly start: number; readonly end: number } {
  assertIndex(track, index);
  const start = (index - firstIndex(track)) * track.slotBytes;
  return { start, end: start + track.slotBytes };
}

/** Position of a slot's hash in hashes.bin, counted in hashes. */
export function hashPosition(manifest: Manifest, track: Track, index: number): number {
  assertIndex(track, index);
  const place = manifest.tracks.findIndex(({ name }) => name === track.name);
  if (place === -1) throw new RangeError(`The manifest has no track ${track.name}.`);
  const before = manifest.tracks.slice(0, place);
  return before.reduce((sum, earlier) => sum + slotCount(earlier), 0) + index - firstIndex(track);
}

function assertIndex(track: Track, index: number): void {
  if (!Number.isInteger(index) || index < firstIndex(track) || index >= track.total) {
    throw new RangeError(`Track ${track.name} has no slot ${index}.`);
  }
}

/** Byte range in hashes.bin of one page; the last page ends with the last hash, not with the padding. */
export function hashPageRange(
  manifest: Manifest,
  page: number,
): { readonly start: number; readonly end: number } {
  const bytes = manifest.tracks.reduce((sum, track) => sum + slotCount(track), 0) * HASH_BYTES;
  const start = page * HASH_PAGE_BYTES;
  return { start, end: Math.min(start + HASH_PAGE_BYTES, bytes) };
}

export const hashPageOf = (position: number): number => Math.floor((position * HASH_BYTES) / HASH_PAGE_BYTES);

/** The hash at `position` out of the page that holds it. */
export function hashInPage(page: Bytes, position: number): Bytes {
  const offset = (position * HASH_BYTES) % HASH_PAGE_BYTES;
  return page.slice(offset, offset + HASH_BYTES);
}

/** @throws {SecureCallError} `integrity_failed` when a page of hashes.bin is not the registered one */
export async function verifyHashPage(manifest: Manifest, page: number, bytes: Bytes): Promise<void> {
  const { start, end } = hashPageRange(manifest, page);
  if (bytes.length !== end - start || (await sha256Base64url(bytes)) !== manifest.hashPages[page]) {
    throw new SecureCallError('integrity_failed', 'The list of hashes is not the registered one.');
  }
}

/** Length of the recording in seconds. */
export const durationSeconds = (track: AudioTrack): number => track.durationSamples / track.sampleRateHz;

/** Media time minus recording time, in seconds: time 0 is the recording's first sample. */
export const primingSeconds = (track: AudioTrack): number => track.primingSamples / track.sampleRateHz;

/** Index of the media segment that holds a time of the recording, in seconds. */
export function segmentIndexAt(track: AudioTrack, seconds: number): number {
  const sample = Math.round(seconds * track.sampleRateHz) + track.primingSamples;
  return Math.min(Math.max(1, Math.floor(sample / track.segmentSamples) + 1), track.total - 1);
}

/** Recording time covered by a media segment, in seconds; `to` is exclusive. */
export function segmentSpan(
  track: AudioTrack,
  index: number,
): { readonly from: number; readonly to: number } {
  const at = (segments: number): number => {
    const sample = segments * track.segmentSamples - track.primingSamples;
    return Math.min(Math.max(0, sample), track.durationSamples) / track.sampleRateHz;
  };
  return { from: at(index - 1), to: at(index) };
}

/** Decodes the base64url bytes of a manifest, checks them against their hash, and parses them. */
export async function openManifest(encoded: string, sha256: string): Promise<Manifest> {
  const bytes = fromBase64url(encoded);
  if ((await sha256Base64url(bytes)) !== sha256) {
    throw new SecureCallError('registration_invalid', 'The manifest does not match its hash.');
  }
  return parseManifest(bytes);
}
