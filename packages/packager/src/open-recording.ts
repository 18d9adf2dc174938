import type { FileHandle } from 'node:fs/promises';
import { SecureCallError } from '@secure-call/protocol';
import { openForReading } from './file-bytes.ts';
import { openMp3Recording } from './mp3-recording.ts';
import { openOggOpusRecording } from './ogg-opus-recording.ts';
import { detectRecordingKind, type RecordingKind } from './recording-kind.ts';
import type { Recording } from './recording.ts';
import { openWavRecording } from './wav-recording.ts';

/** Rates that AAC-LC knows and that speech is recorded in. The package keeps the rate of the recording. */
const SAMPLE_RATES_HZ: readonly number[] = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];
/** More channels would need a layout, and the layouts of AAC from six on low-pass one of them. */
const MAX_CHANNELS = 2;

const OPENERS: Readonly<Record<RecordingKind, (file: FileHandle) => Promise<Recording>>> = {
  wav: openWavRecording,
  mp3: openMp3Recording,
  'ogg-opus': openOggOpusRecording,
};

/**
 * Opens a WAV (PCM 8 to 32 bit, float, A-law, mu-law) or MP3 file. No other file and no network is ever touched.
 * @throws {SecureCallError} `recording_unreadable`, `recording_empty`, `recording_truncated` or
 *   `recording_unsupported`, never with the file's name, which may hold a caller's number
 */
export async function openRecording(path: string): Promise<Recording> {
  const file = await openForReading(path, 'recording_unreadable', 'The recording');
  try {
    const kind = await detectRecordingKind(file);
    const recording = await OPENERS[kind](file);
    checkSupported(recording);
    return recording;
  } catch (error) {
    await file.close();
    if (error instanceof SecureCallError) throw error;
    throw new SecureCallError('recording_unreadable', 'The recording is damaged and cannot be read.', {
      cause: error,
    });
  }
}

function checkSupported({ sampleRateHz, channels, durationSamples }: Recording): void {
  if (!SAMPLE_RATES_HZ.includes(sampleRateHz))
    throw new SecureCallError(
      'recording_unsupported',
      `The recording has ${sampleRateHz} samples per second. Convert it to one of ${SAMPLE_RATES_HZ.join(', ')} first.`,
    );
  if (channels > MAX_CHANNELS)
    throw new SecureCallError(
      'recording_unsupported',
      `The recording has ${channels} channels. One or two are supported.`,
    );
  if (durationSamples === 0) throw new SecureCallError('recording_empty', 'The recording holds no sound.');
}
