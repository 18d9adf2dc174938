import type { FileHandle } from 'node:fs/promises';
import { type EncodedPacket, EncodedPacketSink, Input, type InputAudioTrack, MP3 } from 'mediabunny';
import { MPEGDecoder } from 'mpg123-decoder';
import { SecureCallError } from '@secure-call/protocol';
import { readBytes } from './file-bytes.ts';
import { checkDecoded, fileSource, firstAudioTrack } from './media-input.ts';
import { readTextTags } from './recording-tags.ts';
import type { PcmBlock, Recording } from './recording.ts';

/** A header that counts this much more than there is means that the end is missing. */
const MISSING_SECONDS_TOLERATED = 0.5;

/**
 * Opens an MP3 file. Every frame is decoded and kept, the encoder's padding too: time 0 is the first decoded sample.
 */
export async function openMp3Recording(file: FileHandle): Promise<Recording> {
  const input = new Input({ source: await fileSource(file), formats: [MP3] });
  const track = await firstAudioTrack(input);
  const sampleRateHz = await track.getSampleRate();
  const channels = await track.getNumberOfChannels();
  const durationSamples = await countSamples(track, sampleRateHz);
  if (await hasFrameCount(file)) await checkComplete(track, durationSamples / sampleRateHz);
  return {
    sampleRateHz,
    channels,
    durationSamples,
    tags: await readTextTags(input),
    pcm: () => decodePackets(track, { sampleRateHz, channels, durationSamples }),
    close: async () => {
      input.dispose();
      await file.close();
    },
  };
}

async function countSamples(track: InputAudioTrack, sampleRateHz: number): Promise<number> {
  let samples = 0;
  for await (const packet of new EncodedPacketSink(track).packets(undefined, undefined, {
    metadataOnly: true,
  }))
    samples += Math.round(packet.duration * sampleRateHz);
  return samples;
}

/** Whether the file starts with a Xing frame. Without one Mediabunny's duration is a guess from the file's size. */
async function hasFrameCount(file: FileHandle): Promise<boolean> {
  const id3 = await readBytes(file, 0, 10);
  const isId3 = Buffer.from(id3).toString('latin1', 0, 3) === 'ID3';
  // ID3v2 section 3.1: four bytes of seven bits.
  const id3Bytes = isId3 ? 10 + id3.subarray(6).reduce((size, byte) => size * 128 + (byte & 0x7f), 0) : 0;
  const frame = Buffer.from(await readBytes(file, id3Bytes, 64));
  return frame.includes('Xing') || frame.includes('Info');
}

/** The Xing header counts the frames that were written. */
async function checkComplete(track: InputAudioTrack, foundSeconds: number): Promise<void> {
  const promisedSeconds = (await track.getDurationFromMetadata()) ?? 0;
  if (promisedSeconds - foundSeconds <= MISSING_SECONDS_TOLERATED) return;
  throw new SecureCallError(
    'recording_truncated',
    `The recording is cut off: its header promises ${promisedSeconds.toFixed(1)} s of sound, the file holds ${foundSeconds.toFixed(1)} s.`,
  );
}

type Mp3Format = Pick<Recording, 'sampleRateHz' | 'channels' | 'durationSamples'>;

async function* decodePackets(
  track: InputAudioTrack,
  format: Mp3Format,
): AsyncGenerator<PcmBlock, void, undefined> {
  const decoder = new MPEGDecoder();
  await decoder.ready;
  let count = 0;
  try {
    for await (const packet of new EncodedPacketSink(track).packets()) {
      const block = decodePacket(decoder, packet, format);
      count += block[0]?.length ?? 0;
      yield block;
    }
  } finally {
    decoder.free();
  }
  checkDecoded(count, format.durationSamples);
}

function decodePacket(decoder: MPEGDecoder, packet: EncodedPacket, format: Mp3Format): PcmBlock {
  const { channelData, errors, sampleRate } = decoder.decodeFrame(packet.data);
  if (errors.length > 0 || sampleRate !== format.sampleRateHz)
    throw new SecureCallError(
      'recording_unreadable',
      'The sound of the recording is damaged and cannot be decoded.',
    );
  // The decoder always gives two channels; of a mono recording both are the same.
  return channelData.slice(0, format.channels).map(plane => new Float32Array(plane));
}
