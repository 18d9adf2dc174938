import { type Comparison, compareSound } from './sound-comparison.ts';
import type { SoundTap } from './sound-tap.ts';

const bytesOf = (base64: string): ArrayBuffer =>
  Uint8Array.from(atob(base64), character => character.charCodeAt(0)).buffer;

/** Decodes fMP4, base64, at the given rate. @returns a channel's samples; one channel counts as both */
async function decodeSound(
  mp4Base64: string,
  sampleRateHz: number,
): Promise<(channel: 0 | 1) => Float32Array> {
  const context = new OfflineAudioContext(2, 1, sampleRateHz);
  const decoded = await context.decodeAudioData(bytesOf(mp4Base64));
  return channel => decoded.getChannelData(Math.min(channel, decoded.numberOfChannels - 1));
}

/** Compares what was recorded with those seconds of a package's sound as `compare` does, left and right. */
export async function eachSide<Result>(
  sound: SoundTap,
  mp4Base64: string,
  fromSeconds: number,
  toSeconds: number,
  compare: (expected: Float32Array, heard: Float32Array, sampleRateHz: number) => Result,
): Promise<[Result, Result]> {
  const { left, right, sampleRateHz } = sound.recording();
  const reference = await decodeSound(mp4Base64, sampleRateHz);
  const part = (channel: 0 | 1): Float32Array =>
    reference(channel).subarray(Math.round(fromSeconds * sampleRateHz), Math.round(toSeconds * sampleRateHz));
  return [compare(part(0), left, sampleRateHz), compare(part(1), right, sampleRateHz)];
}

/** Compares what was recorded with those seconds of a package's sound, left and right. */
export function compareWithPackage(
  sound: SoundTap,
  mp4Base64: string,
  fromSeconds: number,
  toSeconds: number,
): Promise<[Comparison, Comparison]> {
  return eachSide(sound, mp4Base64, fromSeconds, toSeconds, (expected, heard, sampleRateHz) =>
    compareSound(expected, heard, sampleRateHz, 3),
  );
}
