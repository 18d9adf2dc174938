import type { Peaks } from './call-player.ts';

/** Shorter pauses are part of speech. */
const MIN_SKIP_SECONDS = 2;
/** Kept of the silence, so that the next word is not cut. */
const KEPT_SECONDS = 0.4;
/** Line noise, in peaks, and what stays 29 dB below the loudest sound: echo and breath. */
const NOISE_PEAK = 3;
const SILENT_SHARE = 0.035;

/**
 * Where sound goes on after a silence on every channel.
 * @param seconds - in the recording
 * @returns undefined while somebody speaks, or soon will
 */
export function endOfSilence({ channels, peaksPerSecond }: Peaks, seconds: number): number | undefined {
  const loudest = channels.reduce((top, channel) => channel.reduce((a, b) => Math.max(a, b), top), 0);
  const silent = Math.max(NOISE_PEAK, SILENT_SHARE * loudest);
  const first = Math.floor(seconds * peaksPerSecond);
  const length = channels[0]?.length ?? 0;
  let place = first;
  while (place < length && channels.every(channel => (channel[place] ?? 0) <= silent)) place += 1;
  const end = place / peaksPerSecond - KEPT_SECONDS;
  return end - seconds >= MIN_SKIP_SECONDS ? end : undefined;
}
