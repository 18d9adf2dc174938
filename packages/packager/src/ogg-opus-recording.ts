import type { FileHandle } from 'node:fs/promises';
import { type EncodedPacket, EncodedPacketSink, Input, type InputAudioTrack, OGG } from 'mediabunny';
import { OpusDecoder } from 'opus-decoder';
import { SecureCallError } from '@secure-call/protocol';
import { checkDecoded, fileSource, firstAudioTrack } from './media-input.ts';
import { countOggStreams } from './ogg-pages.ts';
import { readTextTags } from './recording-tags.ts';
import type { PcmBlock, Recording } from './recording.ts';

/** Opus decodes to 48 kHz, whatever it was made from (RFC 7845 section 5.1). */
const OPUS_RATE_HZ = 48000;

/**
 * Opens an Ogg Opus file (RFC 7845). Pre-skip and what the last granule position trims are not part of the recording:
 * time 0 is the first sample that was put into the encoder.
 */
export async function openOggOpusRecording(file: FileHandle): Promise<Recording> {
  if ((await countOggStreams(file)) > 1)
    throw new SecureCallError('recording_unsupported', 'The Ogg file holds more than one stream.');
  const input = new Input({ source: await fileSource(file), formats: [OGG] });
  const track = await firstAudioTrack(input);
  const channels = await track.getNumberOfChannels();
  const durationSamples = await countSamples(track);
  return {
    sampleRateHz: OPUS_RATE_HZ,
    channels,
    durationSamples,
    tags: await readTextTags(input),
    pcm: () => decodePackets(track, { channels, durationSamples }),
    close: async () => {
      input.dispose();
      await file.close();
    },
  };
}

async function countSamples(track: InputAudioTrack): Promise<number> {
  let samples = 0;
  for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, {
    metadataOnly: true,
  }))
    samples += keptSamples(packet);
  return samples;
}

/** Mediabunny shortens the packets that pre-skip and end trimming cut. */
const keptSamples = ({ duration }: EncodedPacket): number => Math.round(duration * OPUS_RATE_HZ);

async function* decodePackets(
  track: InputAudioTrack,
  { channels, durationSamples }: Pick<Recording, 'channels' | 'durationSamples'>,
): AsyncGenerator<PcmBlock, void, undefined> {
  const { preSkipSamples, gain } = await readOpusHead(track);
  const decoder = new OpusDecoder({ channels });
  await decoder.ready;
  let toSkip = preSkipSamples;
  let count = 0;
  try {
    for await (const packet of new EncodedPacketSink(track).packets()) {
      const planes = decodePacket(decoder, packet);
      const kept = keptSamples(packet);
      // A packet that is cut is cut at its start while there is pre-skip left, and at its end after that.
      const skipped = Math.min(toSkip, (planes[0]?.length ?? 0) - kept);
      toSkip -= skipped;
      count += kept;
      if (kept > 0)
        yield planes.map(plane => plane.slice(skipped, skipped + kept).map(sample => sample * gain));
    }
  } finally {
    decoder.free();
  }
  checkDecoded(count, durationSamples);
}

/** What the identification header says of the decoder's output (RFC 7845 section 5.1). */
async function readOpusHead(track: InputAudioTrack): Promise<{ preSkipSamples: number; gain: number }> {
  const { description = new ArrayBuffer() } = (await track.getDecoderConfig()) ?? {};
  const header = ArrayBuffer.isView(description)
    ? Buffer.from(description.buffer, description.byteOffset, description.byteLength)
    : Buffer.from(description);
  // The gain counts 1/256 of a decibel.
  return { preSkipSamples: header.readUInt16LE(10), gain: 10 ** (header.readInt16LE(16) / 256 / 20) };
}

function decodePacket(decoder: OpusDecoder, packet: EncodedPacket): Float32Array<ArrayBuffer>[] {
  try {
    const { channelData, errors, samplesDecoded } = decoder.decodeFrame(packet.data);
    if (errors.length === 0 && samplesDecoded >= keptSamples(packet))
      return channelData.map(plane => new Float32Array(plane));
  } catch (cause) {
    throw damaged(cause);
  }
  throw damaged();
}

const damaged = (cause?: unknown): SecureCallError =>
  new SecureCallError(
    'recording_unreadable',
    'The sound of the recording is damaged and cannot be decoded.',
    { cause },
  );
