import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PeakMeter } from '../../../packages/packager/src/peaks.ts';
import { encodeRecording } from '../../../packages/packager/src/encode-recording.ts';
import { openRecording } from '../../../packages/packager/src/open-recording.ts';
import { packingKeys, type PackingKeys } from './keys.ts';
import type { ChildTask } from './pack-child.ts';
import { chunk, tone, wavFile } from './wav-file.ts';

// Under the repository, so that the bundle finds the same node_modules.
const bundleFolder = new URL('../../var/pack-child/', import.meta.url).pathname;
let keys: PackingKeys;
let folder: string;
let children: ChildProcess[];

beforeAll(async () => {
  keys = await packingKeys();
  await build({
    configFile: false,
    logLevel: 'error',
    root: import.meta.dirname,
    resolve: { conditions: ['@secure-call/source'] },
    ssr: { resolve: { conditions: ['@secure-call/source'] } },
    build: { ssr: 'pack-child.ts', outDir: bundleFolder, emptyOutDir: true, target: 'node20' },
  });
});
afterAll(() => rm(bundleFolder, { recursive: true, force: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pack-process-'));
  await mkdir(join(folder, 'tmp'));
  children = [];
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true });
});

function start(task: Omit<ChildTask, 'options'> & { options?: Partial<ChildTask['options']> }): ChildProcess {
  const options = {
    recording: join(folder, 'call.wav'),
    to: join(folder, 'storage'),
    tenant: 'region-x',
    recipients: [keys.archive.publicJwk],
    signer: keys.packager.privateJwk,
    ...task.options,
  };
  const child = spawn(
    process.execPath,
    [join(bundleFolder, 'pack-child.js'), JSON.stringify({ ...task, options })],
    {
      env: { ...process.env, TMPDIR: join(folder, 'tmp') },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  children.push(child);
  return child;
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error('no output');
  for await (const line of createInterface({ input: stdout })) return line;
  throw new Error('the process ended without a word');
}

async function filesUnder(path: string): Promise<Buffer[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries.filter(entry => entry.isFile());
  return Promise.all(files.map(entry => readFile(join(entry.parentPath, entry.name))));
}

const holds = (file: Buffer, piece: Buffer): boolean => file.includes(piece);

describe('a process killed while it packs', () => {
  const transcript =
    'WEBVTT\n\n00:01.000 --> 00:02.500\n<v Nurse>Healthcare hotline, this is a known sentence.\n';
  const wav = wavFile({
    channels: [tone(9.3, 440), tone(9.3, 700)],
    before: chunk(
      'LIST',
      Buffer.concat([Buffer.from('INFO'), chunk('INAM', Buffer.from('Anna Andersson\0'))]),
    ),
  });
  let plaintexts: Buffer[];

  beforeEach(async () => {
    await writeFile(join(folder, 'call.wav'), wav);
    await writeFile(join(folder, 'call.vtt'), transcript);
    plaintexts = await knownPlaintexts(join(folder, 'call.wav'));
  });

  /** Pieces of everything that must stay hidden: PCM, each encoded segment's boxes and sound, tags, words. */
  async function knownPlaintexts(path: string): Promise<Buffer[]> {
    const pieces: Buffer[] = ['Anna Andersson', 'INAM', 'known sentence', 'WEBVTT', '0701234567'].map(text =>
      Buffer.from(text),
    );
    for (let start = 200; start < wav.length; start += 9973) pieces.push(wav.subarray(start, start + 16));
    const recording = await openRecording(path);
    for await (const { segments } of encodeRecording(recording, new PeakMeter(8000, 2), undefined)) {
      for (const bytes of segments)
        pieces.push(
          Buffer.from(bytes.slice(0, 12)),
          Buffer.from(bytes.slice(bytes.length >> 1, (bytes.length >> 1) + 16)),
        );
    }
    await recording.close();
    return pieces;
  }

  // Six segments: encoded in steps 1 to 6, sealed for good in 7 to 12, read back in 13 to 18, then put in place.
  // With two variants, encoding has as many steps, and sealing and reading back 11 each.
  test.each([
    ...[2, 6, 7, 10, 13, 18, 19].map(step => [step, 1] as const),
    ...[2, 6, 8, 16, 22, 28, 29].map(step => [step, 2] as const),
  ])('at step %i, with %i variants, leaves ciphertext only', async (haltAtStep, variants) => {
    const transcriptPath = join(folder, 'call.vtt');
    const details = { caller: '0701234567' };
    const child = start({ haltAtStep, options: { transcript: transcriptPath, details, variants } });
    expect(await firstLine(child)).toBe('halted');
    child.kill('SIGKILL');
    await once(child, 'exit');

    const left = [...(await filesUnder(join(folder, 'storage'))), ...(await filesUnder(join(folder, 'tmp')))];
    expect(left.reduce((sum, file) => sum + file.length, 0)).toBeGreaterThan(0);
    for (const file of left) for (const piece of plaintexts) expect(holds(file, piece)).toBe(false);
    for (const file of left)
      for (const box of ['moov', 'moof', 'mdat']) expect(file.includes(box)).toBe(false);
    expect(await readdir(join(folder, 'storage'))).toEqual([expect.stringMatching(/^\.partial-/)]);
  });

  test('the search finds what it looks for', async () => {
    const recording = await openRecording(join(folder, 'call.wav'));
    const encoded: Uint8Array[] = [wav, Buffer.from(transcript), Buffer.from('0701234567')];
    for await (const { segments } of encodeRecording(recording, new PeakMeter(8000, 2), undefined))
      encoded.push(...segments);
    await recording.close();
    for (const piece of plaintexts) expect(holds(Buffer.concat(encoded), piece)).toBe(true);
  });

  test('and one that is not killed ends after the last step', async () => {
    for (const [variants, steps] of [
      [1, 19],
      [2, 29],
    ] as const) {
      const child = start({ options: { transcript: join(folder, 'call.vtt'), variants } });
      expect(JSON.parse(await firstLine(child))).toMatchObject({ steps });
    }
    expect(await filesUnder(join(folder, 'tmp'))).toEqual([]);
  });
});

test('three hours in two channels take less than 300 MB of memory', { timeout: 300_000 }, async () => {
  const seconds = 3 * 3600;
  const dataBytes = seconds * 8000 * 4;
  const sound = wavFile({
    channels: [tone(60, 440), tone(60, 700)],
    riffSize: 36 + dataBytes,
    dataSize: dataBytes,
  });
  // A file with a hole: sound at both ends, silence that takes no disk between them.
  const file = await open(join(folder, 'call.wav'), 'w');
  await file.write(sound);
  await file.truncate(44 + dataBytes);
  await file.write(sound.subarray(44), 0, sound.length - 44, 44 + dataBytes - (sound.length - 44));
  await file.close();

  const result = JSON.parse(await firstLine(start({}))) as {
    durationSeconds: number;
    highWaterMegabytes: number;
  };
  expect(result.durationSeconds).toBe(seconds);
  expect(result.highWaterMegabytes).toBeGreaterThan(30);
  expect(result.highWaterMegabytes).toBeLessThan(300);
});
