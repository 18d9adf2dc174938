import { SecureCallError } from '@secure-call/protocol';
import type { Recording } from './recording.ts';

/** Rates that AAC-LC knows and that speech is recorded in. The package keeps the rate of the recording. */
const SAMPLE_RATES_HZ: readonly number[] = [8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000];
/** More channels would need a layout, and the layouts of AAC from six on low-pass one of them. */
const MAX_CHANNELS = 2;

/** @throws {SecureCallError} `recording_unsupported` */
export function checkFormat({ sampleRateHz, channels }: Pick<Recording, 'sampleRateHz' | 'channels'>): void {
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
}
