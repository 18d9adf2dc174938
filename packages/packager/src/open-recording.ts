import type { FileHandle } from 'node:fs/promises';
import { SecureCallError } from '@secure-call/protocol';
import { describeFfmpegInput } from './ffmpeg-input.ts';
import { openFfmpegRecording } from './ffmpeg-recording.ts';
import { findFfmpeg } from './ffmpeg-tools.ts';
import { openForReading } from './file-bytes.ts';
import { openMp3Recording } from './mp3-recording.ts';
import { openOggOpusRecording } from './ogg-opus-recording.ts';
import { detectRecordingKind, type RecordingKind } from './recording-kind.ts';
import { checkFormat } from './recording-limits.ts';
import type { Recording } from './recording.ts';
import { openWavRecording } from './wav-recording.ts';

/** `auto`: the decoders that come with the package, and ffmpeg, where it is installed, for what they cannot read. */
export type DecoderChoice = 'auto' | 'embedded' | 'ffmpeg';

export interface RecordingOptions {
  /** @default 'auto' */
  readonly decoder?: DecoderChoice;
  /** Stops a decoder that runs as a program. */
  readonly signal?: AbortSignal;
}

const EMBEDDED: Readonly<Partial<Record<RecordingKind, (file: FileHandle) => Promise<Recording>>>> = {
  wav: openWavRecording,
  mp3: openMp3Recording,
  'ogg-opus': openOggOpusRecording,
};

/**
 * Opens WAV (PCM 8 to 32 bit, float, A-law, mu-law), MP3 and Ogg Opus; with ffmpeg and ffprobe on the PATH also what
 * they read. No other file and no network is ever touched.
 * @throws {SecureCallError} `recording_unreadable`, `recording_empty`, `recording_truncated`,
 *   `recording_unsupported` or `aborted`, never with the file's name, which may hold a caller's number
 */
export async function openRecording(path: string, options: RecordingOptions = {}): Promise<Recording> {
  const file = await openForReading(path, 'recording_unreadable', 'The recording');
  try {
    const kind = await detectRecordingKind(file);
    const recording = await openKind(kind, { file, path, signal: options.signal }, options.decoder ?? 'auto');
    checkFormat(recording);
    if (recording.durationSamples > 0) return recording;
    throw new SecureCallError('recording_empty', 'The recording holds no sound.');
  } catch (error) {
    await file.close();
    if (error instanceof SecureCallError) throw error;
    throw new SecureCallError('recording_unreadable', 'The recording is damaged and cannot be read.', {
      cause: error,
    });
  }
}

interface Source {
  readonly file: FileHandle;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}

async function openKind(kind: RecordingKind, source: Source, decoder: DecoderChoice): Promise<Recording> {
  const refusal = decoder === 'ffmpeg' ? undefined : await openEmbedded(kind, source.file);
  if (refusal && !(refusal instanceof SecureCallError)) return refusal;
  const tools = decoder === 'embedded' ? undefined : await findFfmpeg();
  if (!tools) throw unsupported(refusal?.message ?? 'ffmpeg is not installed.');
  const { input, length } = await describeFfmpegInput(kind, source);
  return openFfmpegRecording(tools, input, length);
}

/** @returns why not, when another decoder may read it */
async function openEmbedded(kind: RecordingKind, file: FileHandle): Promise<Recording | SecureCallError> {
  const open = EMBEDDED[kind];
  if (!open) return unsupportedKind(kind);
  try {
    return await open(file);
  } catch (error) {
    if (error instanceof SecureCallError && error.code === 'recording_unsupported') return error;
    throw error;
  }
}

const NAMES: Readonly<Partial<Record<RecordingKind, string>>> = {
  rifx: 'a big-endian WAV file',
  ogg: 'an Ogg file with another codec than Opus',
  flac: 'a FLAC file',
  amr: 'an AMR file',
  mp4: 'an MP4 file',
  matroska: 'a WebM or Matroska file',
  adts: 'an AAC file',
  aiff: 'an AIFF file',
  au: 'an AU file',
  caf: 'a CAF file',
  asf: 'a WMA file',
};

const unsupportedKind = (kind: RecordingKind): SecureCallError =>
  new SecureCallError('recording_unsupported', `The file is ${NAMES[kind] ?? kind}.`);

const unsupported = (why: string): SecureCallError =>
  new SecureCallError(
    'recording_unsupported',
    `${why} It can be read where ffmpeg and ffprobe are on the PATH; without them WAV (PCM, float, A-law, mu-law), MP3 and Ogg Opus can.`,
  );
