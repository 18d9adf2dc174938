/** A media segment as the engine is to see it. */
export interface PlaylistEntry {
  readonly seconds: number;
  /** Number of the initialization section in force; undefined where the container needs none. */
  readonly init?: number;
  readonly discontinuity?: boolean;
}

/**
 * hls.js adds durations up. Were a sum above the true end of a segment, it would ask for that segment, whose key a jump to
 * the next one's start does not lease, and wait for it without end.
 */
const ROUNDED_DOWN_SECONDS = 1e-6;

/**
 * A VOD playlist without EXT-X-KEY: hls.js never learns that anything was encrypted. Segment `n` is named by its number,
 * from 1, and so is every initialization section.
 */
export function syntheticPlaylist(entries: readonly PlaylistEntry[]): string {
  const longest = entries.reduce((max, { seconds }) => Math.max(max, seconds), 1);
  const lines = entries.flatMap(({ seconds, init, discontinuity }, place) => [
    ...(discontinuity ? ['#EXT-X-DISCONTINUITY'] : []),
    ...(init === undefined || init === entries[place - 1]?.init ? [] : [`#EXT-X-MAP:URI="${init}.mp4"`]),
    `#EXTINF:${(seconds - ROUNDED_DOWN_SECONDS).toFixed(6)},`,
    `${place + 1}.m4s`,
  ]);
  return [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXT-X-TARGETDURATION:${Math.ceil(longest)}`,
    '#EXT-X-MEDIA-SEQUENCE:1',
    ...lines,
    '#EXT-X-ENDLIST',
  ].join('\n');
}

/** The number by which the engine asks for a segment or an initialization section. */
export const numberIn = (address: string): number => Number(/(\d+)\.\w+$/.exec(address)?.[1] ?? NaN);
