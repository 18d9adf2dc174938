import {
  BufferTarget,
  CmafOutputFormat,
  EncodedAudioPacketSource,
  type EncodedPacket,
  Output,
} from 'mediabunny';
import type { Bytes } from '@secure-call/protocol';
import { AAC_FRAME_SAMPLES, type AacStream } from './aac-encoder.ts';

/** A piece of fragmented MP4 (CMAF): the init segment first, then the media segments in order. */
export interface EncodedSegment {
  readonly kind: 'init' | 'media';
  readonly bytes: Bytes;
  /** Encoded samples per channel, priming included; 0 for the init segment. */
  readonly samples: number;
}

const SEGMENT_SECONDS = 2;

/** Encoded samples in every media segment but the last: whole AAC frames, as near to 2 s as they come. */
export function segmentSamples(sampleRateHz: number): number {
  return Math.round((SEGMENT_SECONDS * sampleRateHz) / AAC_FRAME_SAMPLES) * AAC_FRAME_SAMPLES;
}

/**
 * Cuts packets into segments of one and the same number of frames. Decode time counts encoded samples from 0, without
 * an edit list: the player maps the recording's time 0 to the end of the priming.
 */
export async function* fmp4Segments(
  { packets, decoderConfig }: AacStream,
  sampleRateHz: number,
): AsyncGenerator<EncodedSegment, void, undefined> {
  const packetsPerSegment = segmentSamples(sampleRateHz) / AAC_FRAME_SAMPLES;
  const pending: EncodedPacket[] = [];
  let isFirst = true;
  const cut = async function* (count: number): AsyncGenerator<EncodedSegment, void, undefined> {
    const { init, media } = await muxSegment(pending.splice(0, count), decoderConfig());
    if (isFirst) yield { kind: 'init', bytes: init, samples: 0 };
    isFirst = false;
    yield media;
  };
  for await (const batch of packets) {
    pending.push(...batch);
    while (pending.length >= packetsPerSegment) yield* cut(packetsPerSegment);
  }
  if (pending.length > 0) yield* cut(pending.length);
}

/** One output per segment: a muxer that sees the whole recording would keep a record of each of its packets. */
async function muxSegment(
  packets: readonly EncodedPacket[],
  decoderConfig: AudioDecoderConfig,
): Promise<{ init: Bytes; media: EncodedSegment }> {
  const initTarget = new BufferTarget();
  const target = new BufferTarget();
  const source = new EncodedAudioPacketSource('aac');
  const output = new Output({ format: new CmafOutputFormat(), initTarget, target });
  output.addAudioTrack(source);
  await output.start();
  for (const packet of packets) await source.add(packet, { decoderConfig });
  await output.finalize();
  const samples = packets.length * AAC_FRAME_SAMPLES;
  return { init: bytesOf(initTarget), media: { kind: 'media', bytes: bytesOf(target), samples } };
}

function bytesOf({ buffer }: BufferTarget): Bytes {
  if (!buffer) throw new Error('The muxer wrote nothing.');
  return new Uint8Array(buffer);
}
