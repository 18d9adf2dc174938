import type { FileHandle } from 'node:fs/promises';
import { type AudioSample, CustomSource, type Input, type InputAudioTrack } from 'mediabunny';
import { SecureCallError } from '@secure-call/protocol';
import { readBytes } from './file-bytes.ts';
import type { PcmBlock } from './recording.ts';

/** A file as Mediabunny reads it; closing the file stays with who opened it. */
export async function fileSource(file: FileHandle): Promise<CustomSource> {
  const { size } = await file.stat();
  return new CustomSource({
    getSize: () => size,
    read: (start, end) => readBytes(file, start, end - start),
    prefetchProfile: 'fileSystem',
  });
}

/** @throws {SecureCallError} `recording_unreadable` when there is none, or the file cannot be parsed */
export async function firstAudioTrack(input: Input): Promise<InputAudioTrack> {
  let track: InputAudioTrack | null;
  try {
    track = await input.getPrimaryAudioTrack();
  } catch (cause) {
    throw unreadable(cause);
  }
  if (!track) throw unreadable();
  return track;
}

const unreadable = (cause?: unknown): SecureCallError =>
  new SecureCallError('recording_unreadable', 'The file holds no sound that can be read.', { cause });

/**
 * Copies decoded samples out as planes and counts them.
 * @throws {SecureCallError} `recording_unreadable` when decoding fails or ends early: a decoder that drops sound is
 *   an error, not a success
 */
export async function* decodeSamples(
  samples: AsyncIterable<AudioSample>,
  expectedSamples: number,
): AsyncGenerator<PcmBlock, void, undefined> {
  let count = 0;
  try {
    for await (const sample of samples) {
      const block = planes(sample);
      sample.close();
      count += sample.numberOfFrames;
      yield block;
    }
  } catch (cause) {
    if (cause instanceof SecureCallError) throw cause;
    throw new SecureCallError('recording_unreadable', 'The sound of the recording cannot be decoded.', {
      cause,
    });
  }
  checkDecoded(count, expectedSamples);
}

/** @throws {SecureCallError} `recording_unreadable` */
export function checkDecoded(samples: number, expectedSamples: number): void {
  if (samples === expectedSamples) return;
  throw new SecureCallError(
    'recording_unreadable',
    `The recording should have ${expectedSamples} samples, but ${samples} could be decoded.`,
  );
}

function planes(sample: AudioSample): PcmBlock {
  return Array.from({ length: sample.numberOfChannels }, (_, planeIndex) => {
    const plane = new Float32Array(sample.numberOfFrames);
    sample.copyTo(plane, { planeIndex, format: 'f32-planar' });
    return plane;
  });
}
