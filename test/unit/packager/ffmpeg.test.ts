import { execFile } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { openRecording } from '@secure-call/packager';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { runTool, type ToolInput } from '../../../packages/packager/src/ffmpeg-process.ts';
import { findFfmpeg } from '../../../packages/packager/src/ffmpeg-tools.ts';
import { amrFile, type AmrFrame } from './amr-file.ts';
import { correlation } from './correlation.ts';
import { decodeFile } from './decode-file.ts';
import { chunk, tone, wavFile } from './wav-file.ts';

const tools = await findFfmpeg();
const vector = (name: string): string => new URL(`../../vectors/audio/${name}`, import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ffmpeg-'));
});
afterAll(() => rm(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);

async function fileWith(name: string, content: Uint8Array | string): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

async function drain(output: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of output);
}

const speech = (count: number): AmrFrame[] => Array.from({ length: count }, () => 'speech');

describe('without ffmpeg', () => {
  beforeEach(() => {
    vi.stubEnv('PATH', folder);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test('what needs it is refused in words that say what would help', async () => {
    const path = await fileWith('call.amr', amrFile(speech(50)));
    for (const decoder of ['auto', 'embedded', 'ffmpeg'] as const)
      await expect(openRecording(path, { decoder })).rejects.toMatchObject({
        code: 'recording_unsupported',
        message: expect.stringMatching(
          /ffmpeg and ffprobe are on the PATH; without them WAV .*, MP3 and Ogg Opus/,
        ),
      });
  });

  test('nothing that lies in a relative folder of the PATH is run', async () => {
    await writeFile(at('ffmpeg'), '#!/bin/sh\n', { mode: 0o755 });
    await writeFile(at('ffprobe'), '#!/bin/sh\n', { mode: 0o755 });
    expect(await findFfmpeg('.:relative:')).toBeUndefined();
    expect(await findFfmpeg(folder)).toEqual({ ffmpeg: at('ffmpeg'), ffprobe: at('ffprobe') });
    await Promise.all(['ffmpeg', 'ffprobe'].map(name => rm(at(name))));
  });
});

describe.skipIf(!tools)('with ffmpeg', () => {
  const { ffmpeg = '', ffprobe = '' } = tools ?? {};
  const rate = 16_000;
  const left = tone(3.3, 440, rate);
  const right = tone(3.3, 700, rate);

  interface Source {
    readonly channels: readonly Float32Array[];
    readonly sampleRateHz: number;
    /** Arguments for a second input. */
    readonly extra: readonly string[];
  }
  const PICTURE = { extra: ['-f', 'lavfi', '-i', 'color=red:s=16x16'] };

  /** Encodes a tone, or several. */
  async function encoded(
    name: string,
    options: string,
    { channels = [left], sampleRateHz = rate, extra = [] }: Partial<Source> = {},
  ): Promise<string> {
    const source = await fileWith('source.wav', wavFile({ channels, sampleRateHz }));
    const args = ['-y', '-v', 'error', '-i', source, ...extra, ...options.split(' '), at(name)];
    await promisify(execFile)(ffmpeg, args);
    return at(name);
  }

  const narrow = { channels: [tone(3.3, 440)], sampleRateHz: 8000 };
  // Lengths: blocks that a codec pads at the end, and priming that a bare stream keeps.
  test.each<[string, string, object, { rateHz?: number; padding: number }]>([
    ['call.m4a', '-c:a aac', {}, { padding: 1024 }],
    ['call.aac', '-c:a aac', {}, { padding: 2048 }],
    ['vorbis.ogg', '-c:a libvorbis', {}, { padding: 0 }],
    ['call.flac', '-c:a flac', {}, { padding: 0 }],
    ['call.webm', '-c:a libopus', {}, { rateHz: 48_000, padding: 0 }],
    ['call.aiff', '-c:a pcm_s16be', {}, { padding: 0 }],
    ['call.au', '-c:a pcm_mulaw', {}, { padding: 0 }],
    ['call.wma', '-c:a wmav2', {}, { padding: 2048 }],
    ['speex.ogg', '-c:a libspeex', narrow, { rateHz: 8000, padding: 160 }],
    ['ima.wav', '-c:a adpcm_ima_wav', narrow, { rateHz: 8000, padding: 2048 }],
    ['ms.wav', '-c:a adpcm_ms', narrow, { rateHz: 8000, padding: 2048 }],
    ['wav49.wav', '-c:a libgsm_ms', narrow, { rateHz: 8000, padding: 320 }],
  ])('%s is read in whole at its own rate', async (name, options, source, { rateHz = rate, padding }) => {
    const { recording, planes } = await decodeFile(await encoded(name, options, source));
    expect(recording).toMatchObject({ sampleRateHz: rateHz, channels: 1 });
    expect(Math.abs(recording.durationSamples - 3.3 * rateHz)).toBeLessThanOrEqual(padding);
    expect(correlation(tone(2, 440, rateHz), planes[0], 'any-phase')).toBeGreaterThan(0.97);
  });

  test('channels stay apart', async () => {
    const path = await encoded('stereo.flac', '-c:a flac', { channels: [left, right] });
    const { planes } = await decodeFile(path);
    expect(correlation(left, planes[0])).toBeGreaterThan(0.999);
    expect(correlation(right, planes[1])).toBeGreaterThan(0.999);
  });

  test('what the embedded decoders read comes out the same', async () => {
    for (const name of ['mono-8000-input.opus', 'stereo-tagged.opus']) {
      const own = await decodeFile(vector(name), { decoder: 'embedded' });
      const other = await decodeFile(vector(name), { decoder: 'ffmpeg' });
      expect(other.recording).toMatchObject({
        durationSamples: own.recording.durationSamples,
        channels: own.recording.channels,
      });
      for (const [channel, plane] of own.planes.entries())
        // ffmpeg’s own Opus decoder lags by some samples.
        expect(correlation(plane, other.planes[channel])).toBeGreaterThan(0.95);
    }
  });

  test('tags are found, and a cover picture does not disturb', async () => {
    await encoded('cover.jpg', '-map 1:v -frames:v 1', PICTURE);
    const path = await encoded(
      'cover.m4a',
      '-map 0:a -map 1:v -c:a aac -c:v copy -disposition:v attached_pic -metadata title=Anna',
      { extra: ['-i', at('cover.jpg')] },
    );
    const { recording } = await decodeFile(path);
    expect(recording.tags).toMatchObject({ title: 'Anna' });
    expect(recording.durationSamples).toBeGreaterThan(3.2 * rate);
  });

  test('two Ogg recordings one after the other are one', async () => {
    const first = await readFile(vector('mono-8000-input.opus'));
    const second = await readFile(await encoded('second.opus', '-c:a libopus -serial_offset 7'));
    const { recording } = await decodeFile(await fileWith('chain.opus', Buffer.concat([first, second])));
    expect(recording.durationSamples).toBe(120_000 + 3.3 * 48_000);
  });

  test('coded WAV with a size from an early flush is read to its end', async () => {
    const wav = await readFile(await encoded('flushed.wav', '-c:a libgsm_ms', narrow));
    const data = wav.indexOf('data');
    wav.writeUInt32LE(65, data + 4);
    expect((await decodeFile(await fileWith('flushed.wav', wav))).recording.durationSamples).toBe(26_560);
  });

  test('AMR is read frame by frame', async () => {
    const { recording } = await decodeFile(await fileWith('call.amr', amrFile(speech(150))));
    expect(recording).toMatchObject({ sampleRateHz: 8000, durationSamples: 150 * 160 });
  });

  test('AMR with pauses is read in whole or refused, never shortened', async () => {
    const pause: AmrFrame[] = ['comfort-noise', ...Array.from({ length: 7 }, () => 'no-data' as const)];
    const frames = [...speech(60), ...pause, ...pause, ...speech(30)];
    const outcome = await decodeFile(await fileWith('pauses.amr', amrFile(frames))).then(
      ({ recording }) => recording.durationSamples,
      (error: { code: string }) => error.code,
    );
    expect([frames.length * 160, 'recording_truncated']).toContain(outcome);
  });

  test.each([
    '-i.m4a',
    'http:--x.m4a',
    'concat:a|b.m4a',
    'pipe:0',
    'a%03d.m4a',
    '$(touch x); .m4a',
    '\n.m4a',
  ])('a file may be named %j', async name => {
    const content = await readFile(await encoded('call.m4a', '-c:a aac'));
    const { recording } = await decodeFile(await fileWith(name, content));
    expect(recording.durationSamples).toBeGreaterThan(3.2 * rate);
  });

  describe('what is refused', () => {
    const cutFile = async (name: string, options: string, source = {}): Promise<string> => {
      const whole = await readFile(await encoded(name, options, source));
      return fileWith(name, whole.subarray(0, Math.round(whole.length * 0.6)));
    };

    test.each<[string, string, object]>([
      ['cut.m4a', '-c:a aac -movflags +faststart', {}],
      ['cut.flac', '-c:a flac', { channels: [tone(30, 440, rate)] }],
      ['cut.webm', '-c:a libopus', {}],
      ['cut.wav', '-c:a libgsm_ms', narrow],
    ])('%s, whose end is missing', async (name, options, source) => {
      await expect(openRecording(await cutFile(name, options, source))).rejects.toMatchObject({
        code: 'recording_truncated',
      });
    });

    test('an index that is missing', async () => {
      await expect(openRecording(await cutFile('cut.m4a', '-c:a aac'))).rejects.toMatchObject({
        code: 'recording_unreadable',
      });
    });

    test.each<[string, string, object, RegExp]>([
      ['six.flac', '-c:a flac -ac 6', {}, /6 channels/],
      ['fast.flac', '-c:a flac -ar 96000', {}, /96000/],
      ['two.mka', '-map 0:a -map 0:a -c:a flac', {}, /2 sound tracks/],
      ['tta.mka', '-c:a tta', {}, /installed ffmpeg cannot read/],
    ])('%s', async (name, options, source, message) => {
      const path = await encoded(name, options, source);
      await expect(openRecording(path)).rejects.toMatchObject({
        code: 'recording_unsupported',
        message: expect.stringMatching(message),
      });
    });

    test('a picture in place of sound', async () => {
      await encoded('picture.mkv', '-map 1:v -frames:v 1 -c:v mjpeg', PICTURE);
      await expect(openRecording(at('picture.mkv'))).rejects.toMatchObject({ code: 'recording_unreadable' });
    });

    test('rubbish behind a right beginning, without a word of ffmpeg’s or the file’s name', async () => {
      for (const start of [
        'fLaC',
        '#!AMR\n',
        '\0\0\0\x20ftypM4A ',
        '\x1aE\xdf\xa3',
        'OggS',
        'caff',
        '.snd',
      ]) {
        const path = await fileWith('0701234567', Buffer.from(start.padEnd(3000, '\x55secret'), 'latin1'));
        const error: unknown = await decodeFile(path).catch((cause: unknown) => cause);
        expect(error).toMatchObject({
          code: expect.stringMatching(/^recording_(unreadable|unsupported|truncated|empty)$/),
          message: expect.not.stringMatching(/0701234567|secret|fd\/3|@ 0x/),
        });
      }
    });

    test('work that was stopped, at once and in the middle', async () => {
      const path = await fileWith('long.amr', amrFile(speech(3000)));
      await expect(openRecording(path, { signal: AbortSignal.abort() })).rejects.toMatchObject({
        code: 'aborted',
      });
      const controller = new AbortController();
      const recording = await openRecording(path, { signal: controller.signal });
      const pcm = recording.pcm();
      await pcm.next();
      controller.abort();
      await expect(drain(pcm)).rejects.toMatchObject({ code: 'aborted' });
      await recording.close();
    });
  });

  describe('nothing else is touched', () => {
    let server: Server;
    let requests: number;
    let url: string;
    beforeEach(async () => {
      requests = 0;
      server = createServer((_, response) => {
        requests += 1;
        response.end();
      });
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
      url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/call.ts`;
    });
    afterEach(() => new Promise(resolve => server.close(resolve)));

    const lists = (): [string, string][] => [
      ['hls', `#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n${url}\n#EXT-X-ENDLIST\n`],
      ['concat', `ffconcat version 1.0\nfile '${url}'\n`],
      ['dash', `<?xml version="1.0"?><MPD><BaseURL>${url}</BaseURL></MPD>`],
    ];

    test('lists and pages that pose as recordings are refused without a request', async () => {
      for (const decoder of ['auto', 'ffmpeg'] as const)
        for (const [, text] of lists())
          await expect(openRecording(await fileWith('call.wav', text), { decoder })).rejects.toMatchObject({
            code: 'recording_unsupported',
          });
      expect(requests).toBe(0);
    });

    test('and if they came to a demuxer that follows them, no request would leave', async () => {
      for (const [demuxer, text] of lists()) {
        const path = await fileWith('call.wav', text);
        const file = await open(path);
        const input: ToolInput = { file, path, demuxer, demuxerOptions: [], signal: undefined };
        await expect(drain(runTool(ffprobe, input, ['-show_packets']).output)).rejects.toMatchObject({
          code: expect.stringMatching(/^recording_/),
        });
        await file.close();
      }
      expect(requests).toBe(0);
    });

    test('no file can be written, and no report asked for', async () => {
      vi.stubEnv('FFREPORT', `file=${at('report.log')}`);
      const path = await fileWith('call.amr', amrFile(speech(50)));
      const file = await open(path);
      const input: ToolInput = { file, path, demuxer: 'amr', demuxerOptions: [], signal: undefined };
      const { output } = runTool(ffmpeg, input, ['-f', 'f32le', `file:${at('stolen.pcm')}`]);
      await drain(output).catch(() => undefined);
      await file.close();
      vi.unstubAllEnvs();
      expect(await readdir(folder)).not.toContain('report.log');
      expect((await readFile(at('stolen.pcm')).catch(() => Buffer.alloc(0))).length).toBe(0);
    });
  });

  test('a program whose output nobody wants any more ends', async () => {
    const recording = await openRecording(await fileWith('long.amr', amrFile(speech(3000))));
    const pcm = recording.pcm();
    await pcm.next();
    await pcm.return();
    await recording.close();
    await vi.waitFor(() => {
      expect(process.getActiveResourcesInfo()).not.toContain('ProcessWrap');
    });
  });

  test('damaged bytes never give a shorter recording unnoticed', async () => {
    const whole = amrFile(speech(200));
    for (let position = 10; position < whole.length; position += 640) {
      const damaged = Buffer.from(whole);
      // Frame types that do not exist, and a wrong size for all that follows.
      damaged.fill(0x5c, position, position + 3);
      const outcome = await decodeFile(await fileWith('damaged.amr', damaged)).catch(
        (error: unknown) => error,
      );
      if (outcome instanceof Error)
        expect(outcome).toMatchObject({ code: expect.stringMatching(/^recording_/) });
    }
  });

  test('chunks behind the sound of a coded WAV are no sound', async () => {
    const wav = await readFile(await encoded('tagged.wav', '-c:a libgsm_ms', narrow));
    const tags = chunk('LIST', Buffer.concat([Buffer.from('INFO'), chunk('ICMT', Buffer.alloc(4000, 'a'))]));
    const { recording } = await decodeFile(await fileWith('tagged.wav', Buffer.concat([wav, tags])));
    expect(recording.durationSamples).toBe(26_560);
  });
});
