import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { type HlsSegment, readPlaylist } from '../../../packages/player/src/vault/hls-playlist.ts';
import { MediaAddresses } from '../../../packages/player/src/vault/media-addresses.ts';

const base = 'https://media.example/calls/7/index.m3u8';
const addresses = new MediaAddresses(base, ['https://cdn.example']);
const vector = (name: string): Promise<string> =>
  readFile(new URL(`../../vectors/hls/${name}`, import.meta.url), 'utf8');

function segmentsOf(text: string): readonly HlsSegment[] {
  const playlist = readPlaylist(text, addresses);
  if (playlist.kind !== 'media') throw new Error('Not a media playlist.');
  return playlist.segments;
}

const KEY = '#EXT-X-KEY:METHOD=AES-128,URI="key"';
const lines = (...middle: readonly string[]): string =>
  ['#EXTM3U', '#EXT-X-TARGETDURATION:4', '#EXT-X-MEDIA-SEQUENCE:258', ...middle, '#EXT-X-ENDLIST'].join('\n');
const hex = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('hex');

describe('playlists of packagers', () => {
  test('ffmpeg: MPEG-TS, one key, explicit vector', async () => {
    const segments = segmentsOf(await vector('ts/index.m3u8'));
    expect(segments.map(({ url }) => url)).toEqual(
      [0, 1, 2, 3, 4, 5].map(place => `https://media.example/calls/7/${place}.m2t`),
    );
    expect(new Set(segments.map(({ key }) => key?.id))).toEqual(
      new Set(['https://media.example/calls/7/keys/ts']),
    );
    expect(hex(segments[3]?.key?.iv)).toBe('000102030405060708090a0b0c0d0e0f');
    expect(segments.every(({ init }) => init === undefined)).toBe(true);
  });

  test('an initialization section keeps the vector that was in force where it is named', async () => {
    const segments = segmentsOf(await vector('fmp4/audio/index.m3u8'));
    expect(hex(segments[0]?.init?.key?.iv)).toBe('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff');
    expect(hex(segments[0]?.key?.iv)).toBe('00000000000000000000000000000007');
    expect(hex(segments[5]?.key?.iv)).toBe('0000000000000000000000000000000c');
  });

  test('byte ranges follow each other, keys change, the section before the first key is in clear', async () => {
    const segments = segmentsOf(await vector('rotation/index.m3u8'));
    expect(segments[0]?.init).toMatchObject({ range: { start: 0, end: 765 }, key: undefined });
    const ranges = segments.map(({ range }) => range);
    ranges.slice(1).forEach((range, place) => expect(range?.start).toBe(ranges[place]?.end));
    expect(segments.map(({ key }) => key?.id.at(-1))).toEqual(['0', '1', '2', '0', '1', '2']);
  });

  test('discontinuities and METHOD=NONE are kept', () => {
    const [first, second, third] = segmentsOf(
      lines(
        KEY,
        '#EXTINF:4,',
        'a',
        '#EXT-X-DISCONTINUITY',
        '#EXT-X-KEY:METHOD=NONE',
        '#EXTINF:4,',
        'b',
        KEY,
        '#EXTINF:3.5,',
        'c',
      ),
    );
    expect([first, second, third].map(segment => segment?.discontinuity)).toEqual([false, true, false]);
    expect(second?.key).toBeUndefined();
    expect(hex(third?.key?.iv)).toBe('00000000000000000000000000000104');
  });

  test('of several renditions the best without pictures', async () => {
    const choice = (text: string): unknown => readPlaylist(text, addresses);
    expect(choice(await vector('fmp4/index.m3u8'))).toEqual({
      kind: 'multivariant',
      audio: 'https://media.example/calls/7/audio/index.m3u8',
    });
    const variants = [
      '#EXTM3U',
      '#EXT-X-STREAM-INF:BANDWIDTH=900000,CODECS="avc1.4d401f,mp4a.40.2",RESOLUTION=640x360',
      'video.m3u8',
      '#EXT-X-STREAM-INF:BANDWIDTH=24000,CODECS="mp4a.40.2"',
      'low.m3u8',
      '#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"',
      'high.m3u8',
    ];
    expect(choice(variants.join('\n'))).toMatchObject({ audio: 'https://media.example/calls/7/high.m3u8' });
    expect(() => choice(variants.slice(0, 3).join('\n'))).toThrow('no sound without pictures');
  });

  test('another origin plays when it is named', () => {
    const [segment] = segmentsOf(lines(KEY, '#EXTINF:4,', 'https://cdn.example/a.ts'));
    expect(segment?.url).toBe('https://cdn.example/a.ts');
  });
});

describe('playlists that are refused', () => {
  const hostile: readonly (readonly [why: string, text: string, words: string])[] = [
    ['no playlist', '<html></html>', 'is no HLS playlist'],
    ['no segment', lines(KEY), 'has no segments'],
    ['live', lines(KEY, '#EXTINF:4,', 'a').replace('#EXT-X-ENDLIST', ''), 'is live'],
    ['nothing encrypted', lines('#EXTINF:4,', 'a'), 'is not encrypted'],
    ['SAMPLE-AES', lines(KEY.replace('AES-128', 'SAMPLE-AES'), '#EXTINF:4,', 'a'), 'another method'],
    ['AES-256', lines(KEY.replace('AES-128', 'AES-256'), '#EXTINF:4,', 'a'), 'another method'],
    ['a DRM system', lines(`${KEY},KEYFORMAT="com.apple.streamingkeydelivery"`, '#EXTINF:4,', 'a'), 'DRM'],
    ['no key', lines('#EXT-X-KEY:METHOD=AES-128', '#EXTINF:4,', 'a'), 'names no key'],
    ['a short vector', lines(`${KEY},IV=0x0102`, '#EXTINF:4,', 'a'), 'initialization vector'],
    ['a key in the playlist', lines(KEY.replace('"key"', '"data:,k"'), '#EXTINF:4,', 'a'), 'by https'],
    ['media in the playlist', lines(KEY, '#EXTINF:4,', 'data:audio/mp4,a'), 'by https'],
    ['plain http', lines(KEY, '#EXTINF:4,', 'http://media.example/a'), 'by https'],
    ['a script', lines(KEY, '#EXTINF:4,', 'javascript:alert(1)'), 'by https'],
    ['another origin', lines(KEY, '#EXTINF:4,', 'https://elsewhere.example/a'), 'allowOrigins'],
    [
      'another origin for a section',
      lines('#EXT-X-MAP:URI="//b.example/i"', KEY, '#EXTINF:4,', 'a'),
      'allowOrigins',
    ],
    ['no time', lines(KEY, '#EXTINF:0,', 'a'), 'unlikely length'],
    ['an hour at once', lines(KEY, '#EXTINF:3600,', 'a'), 'unlikely length'],
    ['time that runs back', lines(KEY, '#EXTINF:-4,', 'a'), 'unlikely length'],
    ['no number for a length', lines(KEY, '#EXTINF:x,', 'a'), 'unlikely length'],
    ['days', lines(KEY, ...Array.from({ length: 2000 }, () => '#EXTINF:100,\na')), 'too long'],
    ['ranges without a start', lines(KEY, '#EXTINF:4,', '#EXT-X-BYTERANGE:100', 'a'), 'byte range'],
    ['an endless range', lines(KEY, '#EXTINF:4,', '#EXT-X-BYTERANGE:9007199254740993@0', 'a'), 'byte range'],
    [
      'too many segments',
      lines(KEY, ...Array.from({ length: 50_001 }, () => '#EXTINF:1,\na')),
      'too many segments',
    ],
    ['8 MB', lines(KEY, '#EXTINF:4,', 'a', `#${'x'.repeat(8 * 1024 * 1024)}`), 'too large'],
    ['variables', lines('#EXT-X-DEFINE:NAME="a",VALUE="b"', KEY, '#EXTINF:4,', '{$a}'), 'live or video'],
    ['gaps', lines(KEY, '#EXT-X-GAP', '#EXTINF:4,', 'a'), 'live or video'],
  ];

  test.each(hostile)('%s', (_why, text, words) => {
    const read = (): unknown => readPlaylist(text, addresses);
    expect(read).toThrow(expect.objectContaining({ code: 'recording_unsupported' }) as Error);
    expect(read).toThrow(words);
  });

  test('fifty thousand segments are read within their limit', () => {
    const text = lines(KEY, ...Array.from({ length: 50_000 }, (_, place) => `#EXTINF:1,\n${place}.ts`));
    expect(segmentsOf(text)).toHaveLength(50_000);
  });
});
