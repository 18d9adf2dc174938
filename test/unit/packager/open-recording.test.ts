import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecording } from '@secure-call/packager';
import { SecureCallError } from '@secure-call/protocol';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { correlation } from './correlation.ts';
import { decodeFile } from './decode-file.ts';
import { chunk, tone, wavFile, type WavCodec } from './wav-file.ts';
import { runs } from '../../support/run-counts.ts';

const vectors = new URL('../../vectors/audio/', import.meta.url);
const left = tone(1.5, 440);
const right = tone(1.5, 700);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recordings-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(content: Uint8Array | string): Promise<string> {
  const path = join(folder, 'call.wav');
  await writeFile(path, content);
  return path;
}

const codecs: readonly WavCodec[] = ['u8', 's16', 's24', 's32', 'f32', 'f64', 'alaw', 'mulaw'];

describe('WAV', () => {
  test.each(codecs)('%s in two channels is read exactly and in order', async codec => {
    const { recording, planes } = await decodeFile(
      await fileWith(wavFile({ codec, channels: [left, right] })),
    );
    expect(recording).toMatchObject({ sampleRateHz: 8000, channels: 2, durationSamples: left.length });
    expect(correlation(left, planes[0])).toBeGreaterThan(0.999);
    expect(correlation(right, planes[1])).toBeGreaterThan(0.999);
  });

  test('WAVE_FORMAT_EXTENSIBLE is read by its sub-format', async () => {
    const { planes } = await decodeFile(
      await fileWith(wavFile({ codec: 's24', channels: [left], extensible: true })),
    );
    expect(correlation(left, planes[0])).toBeGreaterThan(0.999);
  });

  test.each([
    ['both sizes 0, as of a recorder that was stopped', 0, 0],
    ['both sizes 0xFFFFFFFF, as written to a pipe', 0xffff_ffff, 0xffff_ffff],
    ['sizes that sox writes to a pipe', 0x7fff_f024, 0x7fff_f000],
    ['RIFF size 0 with a right data size', 0, left.length * 2],
    ['sizes left from an early flush', 36 + 1000, 1000],
  ])('%s: all sound is found', async (_, riffSize, dataSize) => {
    const { recording } = await decodeFile(await fileWith(wavFile({ channels: [left], riffSize, dataSize })));
    expect(recording.durationSamples).toBe(left.length);
  });

  test('RF64 is read by its 64-bit sizes', async () => {
    const ds64 = Buffer.alloc(28);
    ds64.writeBigUInt64LE(BigInt(left.length * 2), 8);
    const wav = wavFile({ channels: [left], dataSize: 0xffff_ffff });
    const rf64 = Buffer.concat([
      Buffer.from('RF64\xff\xff\xff\xffWAVE', 'latin1'),
      chunk('ds64', ds64),
      wav.subarray(12),
    ]);
    const { recording } = await decodeFile(
      await fileWith(Buffer.concat([rf64, chunk('LIST', Buffer.alloc(4))])),
    );
    expect(recording.durationSamples).toBe(left.length);
  });

  test('an odd byte behind the last sample is ignored', async () => {
    const { recording } = await decodeFile(
      await fileWith(wavFile({ channels: [left], dataSize: left.length * 2 + 1, after: Buffer.alloc(1) })),
    );
    expect(recording.durationSamples).toBe(left.length);
  });

  test('INFO tags before and behind the sound are found', async () => {
    const before = chunk(
      'LIST',
      Buffer.concat([Buffer.from('INFO'), chunk('INAM', Buffer.from('Call of Anna\0'))]),
    );
    const after = chunk('LIST', Buffer.concat([Buffer.from('INFO'), chunk('ICMT', Buffer.from('line 4\0'))]));
    const { recording } = await decodeFile(await fileWith(wavFile({ channels: [left], before, after })));
    expect(recording.tags).toEqual({ INAM: 'Call of Anna', ICMT: 'line 4' });
    expect(recording.durationSamples).toBe(left.length);
  });
});

describe('MP3', () => {
  test.each([
    ['mono-44100.mp3', { sampleRateHz: 44100, channels: 1, durationSamples: 120 * 1152 }],
    ['stereo-vbr-tagged-16000.mp3', { sampleRateHz: 16000, channels: 2, durationSamples: 89 * 576 }],
    ['mono-no-xing-8000.mp3', { sampleRateHz: 8000, channels: 1, durationSamples: 46 * 576 }],
  ])('%s is decoded frame by frame', async (name, expected) => {
    const { recording, planes } = await decodeFile(new URL(name, vectors).pathname);
    expect(recording).toMatchObject(expected);
    const reference = tone(2, 440, expected.sampleRateHz);
    expect(correlation(reference, planes[0], 'any-phase')).toBeGreaterThan(0.99);
  });

  test('channels stay apart and ID3 text is found', async () => {
    const { recording, planes } = await decodeFile(new URL('stereo-vbr-tagged-16000.mp3', vectors).pathname);
    expect(correlation(tone(2, 700, 16000), planes[1], 'any-phase')).toBeGreaterThan(0.99);
    expect(recording.tags).toMatchObject({ TIT2: 'Anna Andersson' });
  });

  test('one that is cut off is refused', async () => {
    const whole = await readFile(new URL('stereo-vbr-tagged-16000.mp3', vectors));
    const path = await fileWith(whole.subarray(0, whole.length / 2));
    await expect(openRecording(path)).rejects.toMatchObject({ code: 'recording_truncated' });
  });
});

describe('what is not a recording is refused in words', () => {
  const header = wavFile({ channels: [left] }).subarray(0, 44);
  const withFormat = (tag: number) => {
    const wav = wavFile({ channels: [left] });
    wav.writeUInt16LE(tag, 20);
    return wav;
  };
  const manyChannels = wavFile({ channels: [left] });
  manyChannels.writeUInt16LE(0xfffe, 22);
  const withoutFormat = Buffer.concat([header.subarray(0, 12), chunk('data', Buffer.alloc(100))]);

  test.each<[string, Uint8Array | string, string, RegExp]>([
    ['an empty file', '', 'recording_empty', /empty/],
    ['a header only', header, 'recording_empty', /no sound/],
    [
      'a RIFF header without chunks',
      header.subarray(0, 12),
      'recording_unreadable',
      /how its sound is coded/,
    ],
    ['no fmt chunk', withoutFormat, 'recording_unreadable', /how its sound is coded/],
    ['text', 'hello, this is text '.repeat(50), 'recording_unsupported', /not a recording/],
    ['a page', '<!DOCTYPE html><html></html>', 'recording_unsupported', /web page/],
    ['a playlist', '#EXTM3U\nhttp://127.0.0.1:9/secret.wav\n', 'recording_unsupported', /playlist/],
    ['a playlist of files', '[playlist]\nFile1=/etc/passwd\n', 'recording_unsupported', /playlist/],
    ['Ogg Vorbis', `OggS${'\0'.repeat(24)}\x01vorbis`, 'recording_unsupported', /Ogg/],
    ['GSM 6.10 ("wav49")', withFormat(0x31), 'recording_unsupported', /GSM 6\.10/],
    ['ADPCM', withFormat(0x11), 'recording_unsupported', /ADPCM/],
    ['half a recording', wavFile({ channels: [left] }).subarray(0, 12000), 'recording_truncated', /cut off/],
    ['three channels', wavFile({ channels: [left, right, left] }), 'recording_unsupported', /3 channels/],
    ['more channels than there are', manyChannels, 'recording_unreadable', /damaged/],
    ['an odd rate', wavFile({ channels: [left], sampleRateHz: 9000 }), 'recording_unsupported', /9000/],
    [
      'an ID3 tag with nothing behind it',
      Buffer.from('ID3\x03\0\0\0\0\0\0'),
      'recording_unreadable',
      /no sound/,
    ],
    [
      'an MPEG sync in noise',
      Buffer.alloc(3000, '\xff\xfb\x90\x00junk', 'latin1'),
      'recording_unreadable',
      /./,
    ],
  ])('%s', async (_, content, code, message) => {
    const path = await fileWith(content);
    await expect(openRecording(path, { decoder: 'embedded' })).rejects.toMatchObject({
      name: 'SecureCallError',
      code,
      message: expect.stringMatching(message),
    });
  });

  test('no file, and a folder', async () => {
    await expect(openRecording(join(folder, 'none.wav'))).rejects.toMatchObject({
      code: 'recording_unreadable',
    });
    await expect(openRecording(folder)).rejects.toMatchObject({ code: 'recording_unreadable' });
  });

  test('the file name, which may hold a number, is in no message', async () => {
    const path = join(folder, '0701234567.wav');
    await writeFile(path, 'not a recording');
    await expect(openRecording(path)).rejects.toMatchObject({
      message: expect.not.stringContaining('0701234567'),
    });
  });
});

test('damaged tags are dropped, not the recording', async () => {
  const mp3 = await readFile(new URL('stereo-vbr-tagged-16000.mp3', vectors));
  // The byte behind the first frame's header says how its text is encoded; 171 is no encoding.
  mp3[20] = 171;
  const { recording } = await decodeFile(await fileWith(mp3));
  expect(recording).toMatchObject({ durationSamples: 89 * 576, tags: {} });
});

test('files with damaged bytes are decoded or refused in words, and end', { timeout: 120_000 }, async () => {
  const originals = [
    wavFile({
      codec: 'mulaw',
      channels: [left, right],
      extensible: true,
      before: chunk('LIST', Buffer.from('INFO')),
    }),
    await readFile(new URL('stereo-vbr-tagged-16000.mp3', vectors)),
    await readFile(new URL('stereo-tagged.opus', vectors)),
  ];
  const damage = fc.array(fc.tuple(fc.nat({ max: 200 }), fc.constantFrom(0, 1, 0x7f, 0x80, 0xfe, 0xff)), {
    minLength: 1,
    maxLength: 8,
  });
  const cut = fc.option(fc.nat({ max: 6000 }), { nil: undefined, freq: 4 });
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...originals), damage, cut, async (original, bytes, length) => {
      const damaged = Buffer.from(original);
      for (const [position, value] of bytes) damaged[position] = value;
      const outcome = await decodeFile(await fileWith(damaged.subarray(0, length)), {
        decoder: 'embedded',
      }).catch((error: unknown) => error);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(SecureCallError);
    }),
    { numRuns: runs(150) },
  );
});
