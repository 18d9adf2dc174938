import type { FileHandle } from 'node:fs/promises';
import { SecureCallError } from '@secure-call/protocol';
import { readBytes } from './file-bytes.ts';

export type RecordingKind = 'wav' | 'mp3' | 'ogg-opus';

/**
 * Decides by content what a file is; its name says nothing. Playlists and pages are refused here, before any
 * demuxer sees them, so nothing they refer to is ever opened.
 * @throws {SecureCallError} `recording_empty` or `recording_unsupported`
 */
export async function detectRecordingKind(file: FileHandle): Promise<RecordingKind> {
  const start = await readBytes(file, 0, 512);
  if (start.length === 0) throw new SecureCallError('recording_empty', 'The file is empty.');
  const text = Buffer.from(start).toString('latin1');
  if (/^(RIFF|RF64)[^]{4}WAVE/.test(text)) return 'wav';
  if (text.startsWith('ID3') || isMpegAudioSync(start)) return 'mp3';
  if (/^OggS[^]{24}OpusHead/.test(text)) return 'ogg-opus';
  throw new SecureCallError('recording_unsupported', describe(text));
}

/** Frame sync, layer III, a bitrate and a rate that exist (ISO/IEC 11172-3 section 2.4.1.3). */
function isMpegAudioSync([first = 0, second = 0, third = 0]: Uint8Array): boolean {
  const isLayer3 = first === 0xff && (second & 0xe6) === 0xe2 && (second & 0x18) !== 0x08;
  return isLayer3 && third >> 4 !== 0x0f && (third & 0x0c) !== 0x0c;
}

const KNOWN_STARTS: readonly (readonly [RegExp, string])[] = [
  [/^(\xef\xbb\xbf)?\s*#EXTM3U/, 'a playlist'],
  [/^\[playlist\]/i, 'a playlist'],
  [/^(\xef\xbb\xbf)?\s*<(!doctype|html|\?xml)/i, 'a web page or XML'],
  [/^RIFX/, 'a big-endian WAV file'],
  [/^OggS/, 'an Ogg file'],
  [/^fLaC/, 'a FLAC file'],
  [/^#!AMR/, 'an AMR file'],
  [/^[^]{4}ftyp/, 'an MP4 file'],
  [/^.E\xdf\xa3/s, 'a WebM or Matroska file'],
  [/^\.snd/, 'an AU file'],
];

function describe(text: string): string {
  const known = KNOWN_STARTS.find(([pattern]) => pattern.test(text));
  if (known) return `The file is ${known[1]}. WAV and MP3 recordings are supported.`;
  return 'The file is not a recording in a known format. WAV and MP3 are supported.';
}
