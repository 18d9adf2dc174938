import { type Comparison, compareSound } from './sound-comparison.ts';
import type { SoundTap } from './sound-tap.ts';

const bytesOf = (base64: string): ArrayBuffer =>
  Uint8Array.from(atob(base64), character => character.charCodeAt(0)).buffer;

/** Decodes fMP4, base64, at the given rate. @returns a channel's samples; one channel counts as both */
export async function decodeSound(
  mp4Base64: string,
  sampleRateHz: number,
): Promise<(channel: 0 | 1) => Float32Array> {
  const context = new OfflineAudioContext(2, 1, sampleRateHz);
  const decoded = await context.decodeAudioData(bytesOf(mp4Base64));
  return channel => decoded.getChannelData(Math.min(channel, decoded.numberOfChannels - 1));
}

/** Compares what was recorded with those seconds of a package's sound, left and right. */
export async function compareWithPackage(
  sound: SoundTap,
  mp4Base64: string,
  fromSeconds: number,
  toSeconds: number,
): Promise<[Comparison, Comparison]> {
  const { left, right, sampleRateHz } = sound.recording();
  const reference = await decodeSound(mp4Base64, sampleRateHz);
  const side = (channel: 0 | 1, heard: Float32Array): Comparison =>
    compareSound(
      reference(channel).subarray(
        Math.round(fromSeconds * sampleRateHz),
        Math.round(toSeconds * sampleRateHz),
      ),
      heard,
      sampleRateHz,
      3,
    );
  return [side(0, left), side(1, right)];
}
