import type { FileHandle } from 'node:fs/promises';
import { AudioSampleSink, CustomSource, Input, WAVE } from 'mediabunny';
import { type Bytes, SecureCallError } from '@secure-call/protocol';
import { readBytes } from './file-bytes.ts';
import { decodeSamples, firstAudioTrack } from './media-input.ts';
import { readTextTags } from './recording-tags.ts';
import type { Recording } from './recording.ts';
import { checkPcmOrG711 } from './wav-format.ts';
import { type WavLayout, readWavLayout } from './wav-layout.ts';

/**
 * Opens a WAV file. Mediabunny decodes it, from a view of the file whose header is written anew: it believes size
 * fields, and recorders that are stopped, or write to a pipe, leave wrong ones.
 */
export async function openWavRecording(file: FileHandle): Promise<Recording> {
  const layout = await readWavLayout(file, checkPcmOrG711);
  const header = await repairedHeader(file, layout);
  const input = new Input({ source: repairedSource(file, header, layout), formats: [WAVE] });
  const track = await firstAudioTrack(input);
  const { sampleRateHz, channels, frameBytes } = layout.format;
  const durationSamples = layout.dataBytes / frameBytes;
  return {
    sampleRateHz,
    channels,
    durationSamples,
    tags: await readTextTags(input),
    pcm: () => decodeSamples(new AudioSampleSink(track).samples(), durationSamples),
    close: async () => {
      input.dispose();
      await file.close();
    },
  };
}

/** RF64 always (EBU Tech 3306): its sizes have 64 bits, so one form fits every length. */
async function repairedHeader(
  file: FileHandle,
  { format, dataBytes, tagChunks }: WavLayout,
): Promise<Buffer> {
  const tags: Bytes[] = [];
  for (const { start, bytes } of tagChunks) {
    const chunk = await readBytes(file, start, bytes + (bytes & 1));
    if (chunk.length >= bytes) tags.push(chunk);
  }
  const ds64 = Buffer.alloc(36);
  ds64.write('ds64', 'latin1');
  ds64.writeUInt32LE(28, 4);
  const fmt = Buffer.alloc(24);
  fmt.write('fmt ', 'latin1');
  fmt.writeUInt32LE(16, 4);
  fmt.writeUInt16LE(format.tag, 8);
  fmt.writeUInt16LE(format.channels, 10);
  fmt.writeUInt32LE(format.sampleRateHz, 12);
  fmt.writeUInt32LE((format.sampleRateHz * format.frameBytes) >>> 0, 16);
  fmt.writeUInt16LE(format.frameBytes, 20);
  fmt.writeUInt16LE(format.bitsPerSample, 22);
  const riff = Buffer.from('RF64\xff\xff\xff\xffWAVE', 'latin1');
  const header = Buffer.concat([riff, ds64, fmt, ...tags, Buffer.from('data\xff\xff\xff\xff', 'latin1')]);
  header.writeBigUInt64LE(BigInt(header.length + dataBytes - 8), riff.length + 8);
  header.writeBigUInt64LE(BigInt(dataBytes), riff.length + 16);
  return header;
}

function repairedSource(file: FileHandle, header: Buffer, { dataStart, dataBytes }: WavLayout): CustomSource {
  return new CustomSource({
    getSize: () => header.length + dataBytes,
    read: async (start, end) => {
      const fromHeader = header.subarray(start, end);
      const position = dataStart + Math.max(0, start - header.length);
      const fromFile = await readBytes(file, position, end - start - fromHeader.length);
      if (fromHeader.length + fromFile.length < end - start)
        throw new SecureCallError('recording_unreadable', 'The recording became shorter while it was read.');
      return fromHeader.length === 0 ? fromFile : Buffer.concat([fromHeader, fromFile]);
    },
    prefetchProfile: 'fileSystem',
  });
}
