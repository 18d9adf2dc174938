import type { Peaks } from './call-player.ts';

/** Peaks in the package: 20 a second, one byte per channel, channels interleaved. */
export const PEAKS_PER_SECOND = 20;

/** Takes interleaved peaks apart. */
export function readPeaks(bytes: Uint8Array, channelCount: number): Peaks {
  const length = Math.floor(bytes.length / channelCount);
  const channels = Array.from({ length: channelCount }, (_, channel) =>
    Uint8Array.from({ length }, (_, place) => bytes[place * channelCount + channel] ?? 0),
  );
  return { peaksPerSecond: PEAKS_PER_SECOND, channels };
}
