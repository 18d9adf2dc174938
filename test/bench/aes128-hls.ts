import { createCipheriv, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PackResult } from '@secure-call/packager';
import { audioTrack, type KeyPair } from '@secure-call/protocol';
import { openSegments } from '../support/opened-package.ts';

/**
 * Writes the audio of a package as plain HLS with METHOD=AES-128 (RFC 8216 section 4.3.2.4): the same segments of the same
 * codec, under one key that lies beside them. `index.m3u8` is the multivariant playlist, `audio.m3u8` its media playlist.
 * @param folder - to make
 */
export async function writeAes128Hls(pack: PackResult, archive: KeyPair, folder: string): Promise<void> {
  const [init, ...segments] = await openSegments(pack, archive);
  if (!init) throw new Error('A package begins with its initialization section.');
  const { segmentSamples, sampleRateHz } = audioTrack(pack.manifest);
  const key = randomBytes(16);
  await mkdir(folder, { recursive: true });
  const write = (name: string, data: string | Uint8Array): Promise<void> =>
    writeFile(join(folder, name), data);
  await write('index.m3u8', MULTIVARIANT);
  await write('audio.m3u8', mediaPlaylist(segments.length, segmentSamples / sampleRateHz));
  await write('key', key);
  await write('init.mp4', init);
  for (const [place, segment] of segments.entries()) {
    await write(`${place + 1}.m4s`, sealed(segment, key, place + 1));
  }
}

/** Without an IV in the tag it is the segment's number. RFC 8216 section 5.2 */
function sealed(segment: Uint8Array, key: Buffer, sequenceNumber: number): Buffer {
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(sequenceNumber, 12);
  const cipher = createCipheriv('aes-128-cbc', key, iv);
  return Buffer.concat([cipher.update(segment), cipher.final()]);
}

const MULTIVARIANT = [
  '#EXTM3U',
  '#EXT-X-VERSION:7',
  '#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"',
  'audio.m3u8',
].join('\n');

const mediaPlaylist = (segments: number, seconds: number): string =>
  [
    '#EXTM3U',
    '#EXT-X-VERSION:7',
    '#EXT-X-PLAYLIST-TYPE:VOD',
    `#EXT-X-TARGETDURATION:${Math.ceil(seconds)}`,
    '#EXT-X-MEDIA-SEQUENCE:1',
    // Before the key, so that it is in clear.
    '#EXT-X-MAP:URI="init.mp4"',
    '#EXT-X-KEY:METHOD=AES-128,URI="key"',
    ...Array.from({ length: segments }, (_, place) => `#EXTINF:${seconds.toFixed(6)},\n${place + 1}.m4s`),
    '#EXT-X-ENDLIST',
  ].join('\n');
