import type { FileHandle } from 'node:fs/promises';
import { SecureCallError } from '@secure-call/protocol';
import { readBytes } from './file-bytes.ts';

/** What a file is, by its content. `mp4` covers M4A and 3GP, `matroska` WebM, `asf` WMA, `adts` bare AAC, `rifx` big-endian WAV. */
export type RecordingKind =
  | 'wav'
  | 'rifx'
  | 'mp3'
  | 'ogg-opus'
  | 'ogg'
  | 'flac'
  | 'amr'
  | 'mp4'
  | 'matroska'
  | 'adts'
  | 'aiff'
  | 'au'
  | 'caf'
  | 'asf';

/** Tried in this order. */
const STARTS: readonly (readonly [RegExp, RecordingKind])[] = [
  [/^(RIFF|RF64)[^]{4}WAVE/, 'wav'],
  [/^RIFX[^]{4}WAVE/, 'rifx'],
  [/^ID3/, 'mp3'],
  [/^OggS[^]{24}OpusHead/, 'ogg-opus'],
  [/^OggS/, 'ogg'],
  [/^fLaC/, 'flac'],
  [/^#!AMR(-WB)?\n/, 'amr'],
  [/^[^]{4}ftyp/, 'mp4'],
  [/^.E\xdf\xa3/s, 'matroska'],
  [/^FORM[^]{4}AIF[FC]/, 'aiff'],
  [/^\.snd/, 'au'],
  [/^caff/, 'caf'],
  [/^0&\xb2u\x8ef\xcf/, 'asf'],
];

const KNOWN_STRANGERS: readonly (readonly [RegExp, string])[] = [
  [/^(\xef\xbb\xbf)?\s*#EXTM3U/, 'a playlist'],
  [/^\[playlist\]/i, 'a playlist'],
  [/^ffconcat/, 'a playlist'],
  [/^(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml|asx|smil|svg|mpd)/i, 'a web page or XML'],
];

/**
 * Decides by content what a file is; its name says nothing. Playlists and pages are refused here, before any
 * demuxer sees them, so nothing they refer to is ever opened.
 * @throws {SecureCallError} `recording_empty` or `recording_unsupported`
 */
export async function detectRecordingKind(file: FileHandle): Promise<RecordingKind> {
  const start = await readBytes(file, 0, 512);
  if (start.length === 0) throw new SecureCallError('recording_empty', 'The file is empty.');
  const text = Buffer.from(start).toString('latin1');
  const kind = STARTS.find(([pattern]) => pattern.test(text))?.[1] ?? kindBySync(start);
  if (kind) return kind;
  const stranger = KNOWN_STRANGERS.find(([pattern]) => pattern.test(text))?.[1];
  const what = stranger === undefined ? 'not a recording in a known format' : `${stranger}, not a recording`;
  throw new SecureCallError('recording_unsupported', `The file is ${what}.`);
}

/** MPEG audio without a header of its own starts with twelve set bits. */
function kindBySync([first = 0, second = 0, third = 0]: Uint8Array): RecordingKind | undefined {
  // ISO/IEC 11172-3 section 2.4.1.3: layer III, a bitrate and a rate that exist.
  const isLayer3 = first === 0xff && (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08;
  if (isLayer3 && third >> 4 !== 0x0f && (third & 0x0c) !== 0x0c) return 'mp3';
  // ISO/IEC 13818-7 section 6.2: layer bits 0, a sampling frequency that exists.
  const isAdts = first === 0xff && (second & 0xf6) === 0xf0 && ((third >> 2) & 0x0f) < 13;
  return isAdts ? 'adts' : undefined;
}
