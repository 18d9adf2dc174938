import { type Bytes, SecureCallError } from '@secure-call/protocol';
import { type ChipSource, embedVariants, type SegmentLayout } from '@secure-call/watermark';
import {
  AAC_FRAME_SAMPLES,
  AAC_PRIMING_SAMPLES,
  aacPacketCount,
  type AacStream,
  encodeAac,
} from './aac-encoder.ts';
import { type EncodedSegment, fmp4Segments, segmentSamples } from './fmp4-segments.ts';
import { fork } from './fork.ts';
import type { PeakMeter } from './peaks.ts';
import type { PcmBlock, Recording } from './recording.ts';

/** What goes into one slot: the init segment, or a media segment in each of its variants. */
export interface EncodedSlot {
  readonly segments: readonly Bytes[];
  /** Encoded samples per channel, priming included; 0 for the init segment. */
  readonly samples: number;
}

/** How this encoder's segments lie in a recording of some rate. */
export const segmentLayout = (sampleRateHz: number): SegmentLayout => ({
  sampleRateHz,
  segmentSamples: segmentSamples(sampleRateHz),
  primingSamples: AAC_PRIMING_SAMPLES,
});

/**
 * Encodes a recording to AAC-LC segments at its own rate, and measures its peaks on the way. Each variant is encoded whole and
 * cut at the same frames, so that any sequence of variants joins as one of them does.
 * @param chips - of the forensic watermark; without them there is one variant, of the recording as it is
 * @throws {SecureCallError} `recording_unreadable` when it cannot be decoded, or the encoder lost sound
 */
export async function* encodeRecording(
  recording: Recording,
  peaks: PeakMeter,
  chips: ChipSource | undefined,
): AsyncGenerator<EncodedSlot, void, undefined> {
  const streams = variantsOf(recording, measured(recording.pcm(), peaks), chips).map(pcm =>
    encodeAac(pcm, recording),
  );
  let encodedSamples = 0;
  for await (const segments of inStep(streams.map(stream => fmp4Segments(stream, recording.sampleRateHz)))) {
    const slot = slotOf(segments);
    if (slot.samples === 0) assertOneDecoder(streams);
    encodedSamples += slot.samples;
    yield slot;
  }
  const isComplete = streams.every(stream => stream.fedSamples() === recording.durationSamples);
  if (!isComplete || encodedSamples !== aacPacketCount(recording.durationSamples) * AAC_FRAME_SAMPLES)
    throw lost();
}

function variantsOf(
  { sampleRateHz }: Recording,
  pcm: AsyncGenerator<PcmBlock, void, undefined>,
  chips: ChipSource | undefined,
): AsyncGenerator<PcmBlock, void, undefined>[] {
  return chips ? fork(bothVariants(pcm, sampleRateHz, chips), 2) : [pcm];
}

async function* bothVariants(
  pcm: AsyncGenerator<PcmBlock, void, undefined>,
  sampleRateHz: number,
  chips: ChipSource,
): AsyncGenerator<readonly PcmBlock[], void, undefined> {
  for await (const { a, b } of embedVariants(pcm, segmentLayout(sampleRateHz), chips)) yield [a, b];
}

/** The next segment of each stream, as long as all have one. */
async function* inStep(
  streams: readonly AsyncGenerator<EncodedSegment, void, undefined>[],
): AsyncGenerator<readonly EncodedSegment[], void, undefined> {
  try {
    for (;;) {
      const next = await Promise.all(streams.map(stream => stream.next()));
      const segments = next.flatMap(({ done, value }) => (done ? [] : [value]));
      if (segments.length === 0) return;
      if (segments.length < streams.length) throw lost();
      yield segments;
    }
  } finally {
    await Promise.allSettled(streams.map(stream => stream.return()));
  }
}

/** Both variants are decoded after one init segment; muxed a moment apart, theirs differ in the time that they state. */
function assertOneDecoder(streams: readonly AacStream[]): void {
  const descriptions = streams.map(stream => descriptionOf(stream.decoderConfig()));
  const [first = ''] = descriptions;
  if (descriptions.some(description => description !== first)) throw lost();
}

/** The encoder's AudioSpecificConfig (ISO/IEC 14496-3), as text to compare. */
function descriptionOf({ description = new Uint8Array() }: AudioDecoderConfig): string {
  const bytes = ArrayBuffer.isView(description)
    ? Buffer.from(description.buffer, description.byteOffset, description.byteLength)
    : Buffer.from(description);
  return bytes.toString('hex');
}

/** Both variants have the same number of frames in every slot. */
function slotOf([first, ...others]: readonly EncodedSegment[]): EncodedSlot {
  if (!first || others.some(({ kind, samples }) => kind !== first.kind || samples !== first.samples))
    throw lost();
  if (first.kind === 'media')
    return { segments: [first, ...others].map(({ bytes }) => bytes), samples: first.samples };
  return { segments: [first.bytes], samples: 0 };
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

const lost = (): SecureCallError =>
  new SecureCallError('recording_unreadable', 'The encoder lost part of the sound.');
