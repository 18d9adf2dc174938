import { SecureCallError } from '@secure-call/protocol';
import { AAC_FRAME_SAMPLES, aacPacketCount, encodeAac } from './aac-encoder.ts';
import { type EncodedSegment, fmp4Segments } from './fmp4-segments.ts';
import type { PeakMeter } from './peaks.ts';
import type { PcmBlock, Recording } from './recording.ts';

/**
 * Encodes a recording to AAC-LC segments at its own rate, and measures its peaks on the way.
 * @throws {SecureCallError} `recording_unreadable` when it cannot be decoded, or the encoder lost sound
 */
export async function* encodeRecording(
  recording: Recording,
  peaks: PeakMeter,
): AsyncGenerator<EncodedSegment, void, undefined> {
  const stream = encodeAac(measured(recording.pcm(), peaks), recording);
  let encodedSamples = 0;
  for await (const segment of fmp4Segments(stream, recording.sampleRateHz)) {
    encodedSamples += segment.samples;
    yield segment;
  }
  const isComplete = stream.fedSamples() === recording.durationSamples;
  if (!isComplete || encodedSamples !== aacPacketCount(recording.durationSamples) * AAC_FRAME_SAMPLES)
    throw new SecureCallError('recording_unreadable', 'The encoder lost part of the sound.');
}

async function* measured(
  pcm: AsyncIterable<PcmBlock>,
  peaks: PeakMeter,
): AsyncGenerator<PcmBlock, void, undefined> {
  for await (const block of pcm) {
    peaks.add(block);
    yield block;
  }
}
