import type { FileHandle } from 'node:fs/promises';
import { readBytes } from './file-bytes.ts';
import type { ToolInput } from './ffmpeg-process.ts';
import type { LengthPromise } from './ffmpeg-recording.ts';
import type { RecordingKind } from './recording-kind.ts';
import { readWavLayout } from './wav-layout.ts';

const DEMUXER: Readonly<Record<RecordingKind, string>> = {
  wav: 'wav',
  rifx: 'wav',
  mp3: 'mp3',
  'ogg-opus': 'ogg',
  ogg: 'ogg',
  flac: 'flac',
  amr: 'amr',
  mp4: 'mov',
  matroska: 'matroska',
  adts: 'aac',
  aiff: 'aiff',
  au: 'au',
  caf: 'caf',
  asf: 'asf',
};

/** Their length stands nowhere in the file, or was checked before ffmpeg sees it. */
const WITHOUT_HEADER: ReadonlySet<RecordingKind> = new Set(['wav', 'mp3', 'flac', 'amr', 'adts', 'au']);
const EXACT: ReadonlySet<RecordingKind> = new Set(['flac', 'amr']);

export interface FfmpegInput {
  readonly input: ToolInput;
  readonly length: LengthPromise;
}

/**
 * How ffmpeg is to read a recording, and how its length is known without ffmpeg.
 * @throws {SecureCallError} `recording_empty`, `recording_truncated` or `recording_unreadable` for WAV files
 */
export async function describeFfmpegInput(
  kind: RecordingKind,
  source: Pick<ToolInput, 'file' | 'path' | 'signal'>,
): Promise<FfmpegInput> {
  return {
    input: { ...source, demuxer: DEMUXER[kind], demuxerOptions: await demuxerOptions(kind, source.file) },
    length: {
      promisedSeconds: kind === 'flac' ? await flacSeconds(source.file) : undefined,
      isHeaderGuess: WITHOUT_HEADER.has(kind),
      isExact: EXACT.has(kind),
    },
  };
}

async function demuxerOptions(kind: RecordingKind, file: FileHandle): Promise<string[]> {
  // References to other files inside an MP4 file stay closed.
  if (kind === 'mp4') return ['-enable_drefs', '0'];
  if (kind !== 'wav') return [];
  const { isLongerThanDeclared } = await readWavLayout(file, () => undefined);
  return isLongerThanDeclared ? ['-ignore_length', '1'] : [];
}

/** RFC 9639 section 8.2: rate and number of samples in STREAMINFO. @returns undefined when they are not known */
async function flacSeconds(file: FileHandle): Promise<number | undefined> {
  const streamInfo = Buffer.from(await readBytes(file, 8, 18));
  if (streamInfo.length < 18) return undefined;
  const sampleRateHz = streamInfo.readUIntBE(10, 3) >> 4;
  const samples = (streamInfo.readUInt8(13) & 0x0f) * 2 ** 32 + streamInfo.readUInt32BE(14);
  return samples > 0 && sampleRateHz > 0 ? samples / sampleRateHz : undefined;
}
