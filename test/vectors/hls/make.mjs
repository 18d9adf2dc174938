// Makes the recordings of this folder; see README.md. Needs ffmpeg on the PATH.
import { spawnSync } from 'node:child_process';
import { createCipheriv } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const recording = fileURLToPath(
  new URL('../../../examples/clinic/recordings/phone-call.wav', import.meta.url),
);
const scratch = mkdtempSync(join(tmpdir(), 'hls-'));
const sound = ['-t', '20', '-i', recording, '-c:a', 'aac', '-b:a', '16k', '-map_metadata', '-1'];
const keys = JSON.parse(readFileSync(join(here, 'keys.json'), 'utf8'));
const key = name => Buffer.from(keys[name], 'hex');

function ffmpeg(...parameters) {
  const { status, stderr } = spawnSync('ffmpeg', ['-v', 'error', '-y', ...parameters], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}

function sealed(bytes, name, iv) {
  const cipher = createCipheriv('aes-128-cbc', key(name), iv);
  return Buffer.concat([cipher.update(bytes), cipher.final()]);
}

/** RFC 8216 section 5.2. */
function sequenceIv(number) {
  const iv = Buffer.alloc(16);
  iv.writeUInt32BE(number, 12);
  return iv;
}

/** MPEG-TS, all by ffmpeg: one key, explicit IV. */
function ts() {
  mkdirSync(join(here, 'ts'), { recursive: true });
  writeFileSync(join(scratch, 'key'), key('ts'));
  writeFileSync(
    join(scratch, 'info'),
    `keys/ts\n${join(scratch, 'key')}\n000102030405060708090a0b0c0d0e0f\n`,
  );
  ffmpeg(
    ...sound,
    '-hls_time',
    '4',
    '-hls_playlist_type',
    'vod',
    '-hls_key_info_file',
    join(scratch, 'info'),
    '-hls_segment_filename',
    // Not .ts, which tools take for TypeScript.
    join(here, 'ts/%d.m2t'),
    join(here, 'ts/index.m3u8'),
  );
}

/** fMP4 in clear by ffmpeg, which cannot encrypt it. @returns the names of its segments */
function clearMp4() {
  ffmpeg(
    ...sound,
    '-hls_time',
    '4',
    '-hls_playlist_type',
    'vod',
    '-hls_segment_type',
    'fmp4',
    '-hls_fmp4_init_filename',
    'init.mp4',
    join(scratch, 'clear.m3u8'),
  );
  return readdirSync(scratch)
    .filter(name => name.endsWith('.m4s'))
    .sort();
}

const durations = () =>
  [...readFileSync(join(scratch, 'clear.m3u8'), 'utf8').matchAll(/#EXTINF:([\d.]+)/g)].map(m => m[1]);
const inScratch = name => readFileSync(join(scratch, name));

/** As Shaka Packager lays it out: multivariant, encrypted initialization section, one key, no IV on segments. */
function fmp4(segments) {
  mkdirSync(join(here, 'fmp4/audio'), { recursive: true });
  const iv = Buffer.from('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff', 'hex');
  writeFileSync(join(here, 'fmp4/audio/init.mp4'), sealed(inScratch('init.mp4'), 'fmp4', iv));
  segments.forEach((name, place) =>
    writeFileSync(
      join(here, `fmp4/audio/${place}.m4s`),
      sealed(inScratch(name), 'fmp4', sequenceIv(7 + place)),
    ),
  );
  const lines = durations().flatMap((seconds, place) => [`#EXTINF:${seconds},`, `${place}.m4s`]);
  writeFileSync(
    join(here, 'fmp4/audio/index.m3u8'),
    [
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-TARGETDURATION:5',
      '#EXT-X-MEDIA-SEQUENCE:7',
      '#EXT-X-PLAYLIST-TYPE:VOD',
      `#EXT-X-KEY:METHOD=AES-128,URI="../keys/fmp4",IV=0x${iv.toString('hex')}`,
      '#EXT-X-MAP:URI="init.mp4"',
      '#EXT-X-KEY:METHOD=AES-128,URI="../keys/fmp4"',
      ...lines,
      '#EXT-X-ENDLIST',
      '',
    ].join('\n'),
  );
  writeFileSync(
    join(here, 'fmp4/index.m3u8'),
    [
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="sound",NAME="call",DEFAULT=YES,URI="audio/index.m3u8"',
      '#EXT-X-STREAM-INF:BANDWIDTH=20000,CODECS="mp4a.40.2",AUDIO="sound"',
      'audio/index.m3u8',
      '',
    ].join('\n'),
  );
}

/** One object, byte ranges, initialization section in clear, another key for every segment, a discontinuity. */
function rotation(segments) {
  mkdirSync(join(here, 'rotation'), { recursive: true });
  const init = inScratch('init.mp4');
  const parts = segments.map((name, place) =>
    sealed(inScratch(name), `rotation-${place % 3}`, sequenceIv(place)),
  );
  writeFileSync(join(here, 'rotation/call.mp4'), Buffer.concat([init, ...parts]));
  const lines = durations().flatMap((seconds, place) => [
    `#EXT-X-KEY:METHOD=AES-128,URI="keys/${place % 3}"`,
    `#EXTINF:${seconds},`,
    `#EXT-X-BYTERANGE:${parts[place].length}${place === 0 ? `@${init.length}` : ''}`,
    'call.mp4',
  ]);
  writeFileSync(
    join(here, 'rotation/index.m3u8'),
    [
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-TARGETDURATION:5',
      '#EXT-X-MEDIA-SEQUENCE:0',
      '#EXT-X-PLAYLIST-TYPE:VOD',
      `#EXT-X-MAP:URI="call.mp4",BYTERANGE="${init.length}@0"`,
      ...lines,
      '#EXT-X-ENDLIST',
      '',
    ].join('\n'),
  );
}

ts();
const segments = clearMp4();
fmp4(segments);
rotation(segments);
// What the tests compare the sound with.
writeFileSync(join(here, 'clear.mp4'), Buffer.concat([inScratch('init.mp4'), ...segments.map(inScratch)]));
rmSync(scratch, { recursive: true });
console.log(statSync(join(here, 'clear.mp4')).size);
