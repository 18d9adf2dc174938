import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecording } from '@secure-call/packager';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { countOggStreams } from '../../../packages/packager/src/ogg-pages.ts';
import { correlation } from './correlation.ts';
import { decodeFile } from './decode-file.ts';
import { oggPages } from './ogg-file.ts';
import { tone } from './wav-file.ts';

const vector = (name: string): string => new URL(`../../vectors/audio/${name}`, import.meta.url).pathname;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ogg-opus-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(...pages: readonly Buffer[]): Promise<string> {
  const path = join(folder, 'call.ogg');
  await writeFile(path, Buffer.concat(pages));
  return path;
}

const PRE_SKIP_OFFSET = 28 + 10;
const GAIN_OFFSET = 28 + 16;

describe.each([
  ['mono-8000-input.opus', 1, 120_000],
  ['stereo-tagged.opus', 2, 120_000],
])('%s', (name, channels, durationSamples) => {
  test('is as long as its last granule position less the pre-skip says', async () => {
    const file = await readFile(vector(name));
    const granule = Number(oggPages(file).at(-1)?.readBigInt64LE(6));
    expect(granule - file.readUInt16LE(PRE_SKIP_OFFSET)).toBe(durationSamples);
    const { recording, planes } = await decodeFile(vector(name));
    expect(recording).toMatchObject({ sampleRateHz: 48_000, channels, durationSamples });
    expect(planes).toHaveLength(channels);
  });

  test('starts with the first sample that was encoded, in each channel', async () => {
    const { planes } = await decodeFile(vector(name));
    for (const [channel, hertz] of [440, 700].slice(0, channels).entries()) {
      const plane = planes[channel] ?? new Float32Array();
      const source = tone(durationSamples / 48_000, hertz, 48_000, 0.125);
      // Opus delays nothing once the pre-skip is cut: the tones run in step, which a shift of 30 samples would end.
      expect(correlation(source, plane)).toBeGreaterThan(0.99);
    }
  });
});

test('tags are found, and are no part of the sound', async () => {
  const { recording } = await decodeFile(vector('stereo-tagged.opus'));
  expect(Object.values(recording.tags)).toEqual(expect.arrayContaining(['Call of Anna', 'line 4']));
});

test('the gain of the header is applied', async () => {
  const file = await readFile(vector('mono-8000-input.opus'));
  const loud = (await decodeFile(vector('mono-8000-input.opus'))).planes[0] ?? new Float32Array();
  file.writeInt16LE(-256 * 20, GAIN_OFFSET);
  const quiet = (await decodeFile(await fileWith(file))).planes[0] ?? new Float32Array();
  for (const index of [5000, 60_000, 100_000]) expect(quiet[index]).toBeCloseTo((loud[index] ?? 0) / 10, 6);
});

test('a last page without the mark of the end is kept whole', async () => {
  const pages = oggPages(await readFile(vector('mono-8000-input.opus')));
  const last = pages.at(-1);
  last?.writeUInt8((last[5] ?? 0) & ~0x04, 5);
  const { recording } = await decodeFile(await fileWith(...pages));
  expect(recording.durationSamples).toBeGreaterThanOrEqual(120_000);
  expect(recording.durationSamples % 120).toBe((20 * 48 - 312) % 120);
});

describe('what is refused', () => {
  test('a file that ends within a page, or within the header of one', async () => {
    const file = await readFile(vector('stereo-tagged.opus'));
    const [head = Buffer.alloc(0), tags = Buffer.alloc(0)] = oggPages(file);
    for (const length of [file.length - 1, head.length + tags.length + 10])
      await expect(openRecording(await fileWith(file.subarray(0, length)))).rejects.toMatchObject({
        code: 'recording_truncated',
      });
  });

  test('a file that lacks a page', async () => {
    const pages = oggPages(await readFile(vector('stereo-tagged.opus')));
    expect(pages.length).toBeGreaterThan(4);
    await expect(openRecording(await fileWith(...pages.toSpliced(3, 1)))).rejects.toMatchObject({
      code: 'recording_truncated',
      message: expect.stringContaining('in the middle'),
    });
  });

  test('something else between the pages', async () => {
    const [first = Buffer.alloc(0), ...rest] = oggPages(await readFile(vector('stereo-tagged.opus')));
    await expect(openRecording(await fileWith(first, Buffer.alloc(40), ...rest))).rejects.toMatchObject({
      code: 'recording_unreadable',
    });
  });

  test('two recordings one after the other', async () => {
    const first = await readFile(vector('stereo-tagged.opus'));
    const second = await readFile(vector('mono-8000-input.opus'));
    const path = await fileWith(first, second);
    const file = await open(path);
    expect(await countOggStreams(file)).toBe(2);
    await file.close();
    await expect(openRecording(path, { decoder: 'embedded' })).rejects.toMatchObject({
      code: 'recording_unsupported',
    });
  });

  test('headers with no sound behind them', async () => {
    const [head = Buffer.alloc(0), tags = Buffer.alloc(0)] = oggPages(
      await readFile(vector('stereo-tagged.opus')),
    );
    await expect(openRecording(await fileWith(head, tags))).rejects.toMatchObject({
      code: 'recording_empty',
    });
  });
});
