import { expect, test } from 'vitest';
import { syntheticPlaylist } from '../../../packages/player/src/vault/synthetic-playlist.ts';

test.each([
  ['8 kHz, 16 frames', (16 * 1024) / 8000],
  ['44.1 kHz, 86 frames', (86 * 1024) / 44_100],
  ['48 kHz, 94 frames', (94 * 1024) / 48_000],
])(
  'no sum of durations lies above the end of a segment, so that a jump there is to the next: %s',
  (_, seconds) => {
    const playlist = syntheticPlaylist(Array.from({ length: 5400 }, () => ({ seconds, init: 0 })));
    const durations = [...playlist.matchAll(/^#EXTINF:([\d.]+),$/gm)].map(([, duration]) => Number(duration));
    expect(durations).toHaveLength(5400);
    let sum = 0;
    const above = durations.filter((duration, place) => (sum += duration) >= seconds * (place + 1));
    expect(above).toEqual([]);
  },
);
