import { Embedder } from './embedder.ts';
import type { TilePattern } from './tile-grid.ts';

/**
 * Marks a whole recording.
 * @param channels - one array a channel, equally long
 * @param sampleRateHz - 8000 or more
 * @param startSeconds - where in the mark the first sample lies
 * @returns new arrays, as long as the given ones and not delayed
 */
export function embedPattern(
  channels: readonly Float32Array[],
  sampleRateHz: number,
  pattern: TilePattern,
  startSeconds = 0,
): Float32Array<ArrayBuffer>[] {
  const embedder = new Embedder({ sampleRateHz, channelCount: channels.length, pattern, startSeconds });
  const length = channels[0]?.length ?? 0;
  const padded = channels.map(() => new Float32Array(length + embedder.latencySamples));
  for (const [index, channel] of channels.entries()) padded[index]?.set(channel);
  embedder.process(padded, padded);
  return padded.map(channel => channel.slice(embedder.latencySamples));
}
