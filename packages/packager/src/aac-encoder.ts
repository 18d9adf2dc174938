import { registerAacEncoder } from '@mediabunny/aac-encoder';
import {
  AdtsOutputFormat,
  AudioSample,
  AudioSampleSource,
  type EncodedPacket,
  NullTarget,
  Output,
  Quality,
} from 'mediabunny';
import { SecureCallError } from '@secure-call/protocol';
import type { PcmBlock, Recording } from './recording.ts';

/** Samples per channel in one AAC-LC packet (ISO/IEC 14496-3). */
export const AAC_FRAME_SAMPLES = 1024;

/**
 * Encoded samples before the recording's first one. Measured for this encoder by decoding what it made of speech at
 * 8 to 48 kHz: the correlation with the source peaks at 1024 exactly, at every rate.
 */
export const AAC_PRIMING_SAMPLES = 1024;

/** Packets that encoding `samples` per channel must give: every frame begun, and one more for the priming. */
export const aacPacketCount = (samples: number): number => Math.ceil(samples / AAC_FRAME_SAMPLES) + 1;

export interface AacStream {
  /** Packets in order, in batches; timestamps count encoded samples from 0, priming included. */
  readonly packets: AsyncGenerator<readonly EncodedPacket[], void, undefined>;
  /** Known once the first packet has been given. */
  readonly decoderConfig: () => AudioDecoderConfig;
  /** Samples per channel fed so far. */
  readonly fedSamples: () => number;
}

/**
 * Encodes as it is read: the encoder runs in a worker of its own and never holds more than a few blocks. Ending the
 * iteration early stops the worker.
 */
export function encodeAac(
  pcm: AsyncIterable<PcmBlock>,
  format: Pick<Recording, 'sampleRateHz' | 'channels'>,
): AacStream {
  registerAacEncoder();
  const state: EncoderState = { queue: [], decoderConfig: undefined, fedSamples: 0 };
  return {
    packets: encodeBlocks(pcm, format, state),
    decoderConfig: () => {
      if (!state.decoderConfig) throw new Error('No packet has been encoded yet.');
      return state.decoderConfig;
    },
    fedSamples: () => state.fedSamples,
  };
}

interface EncoderState {
  queue: EncodedPacket[];
  decoderConfig: AudioDecoderConfig | undefined;
  fedSamples: number;
}

async function* encodeBlocks(
  pcm: AsyncIterable<PcmBlock>,
  format: Pick<Recording, 'sampleRateHz' | 'channels'>,
  state: EncoderState,
): AsyncGenerator<readonly EncodedPacket[], void, undefined> {
  const source = new AudioSampleSource({
    codec: 'aac',
    quality: new Quality({ bitrate: bitsPerSecond(format) }),
    onEncodedPacket: (packet, metadata) => {
      state.decoderConfig ??= metadata?.decoderConfig;
      state.queue.push(packet);
    },
  });
  // Encoding needs an output; ADTS keeps nothing of what goes through it.
  const output = new Output({ format: new AdtsOutputFormat(), target: new NullTarget() });
  output.addAudioTrack(source);
  await output.start();
  try {
    for await (const block of pcm) {
      await feed(source, block, format.sampleRateHz, state);
      if (state.queue.length > 0) yield state.queue.splice(0);
    }
    await output.finalize();
    yield state.queue.splice(0);
  } catch (cause) {
    if (cause instanceof SecureCallError) throw cause;
    throw new SecureCallError('recording_unreadable', 'The sound of the recording cannot be encoded.', {
      cause,
    });
  } finally {
    if (output.state !== 'finalized') await output.cancel();
  }
}

async function feed(
  source: AudioSampleSource,
  block: PcmBlock,
  sampleRateHz: number,
  state: EncoderState,
): Promise<void> {
  const frames = block[0]?.length ?? 0;
  const data = new Float32Array(frames * block.length);
  for (const [channel, plane] of block.entries()) data.set(plane, channel * frames);
  const sample = new AudioSample({
    data,
    format: 'f32-planar',
    numberOfChannels: block.length,
    sampleRate: sampleRateHz,
    timestamp: state.fedSamples / sampleRateHz,
  });
  await source.add(sample);
  sample.close();
  state.fedSamples += frames;
}

/**
 * Enough that decoded telephone speech correlates with its source at 0.99 and more in each channel, and little enough
 * that speech stays cheap. Two voices in two channels do not leak into each other at these rates (below -60 dB).
 */
function bitsPerSecond({ sampleRateHz, channels }: Pick<Recording, 'sampleRateHz' | 'channels'>): number {
  if (sampleRateHz <= 12000) return 24000 * channels;
  if (sampleRateHz <= 16000) return 32000 * channels;
  if (sampleRateHz <= 32000) return 48000 * channels;
  return 64000 * channels;
}
