import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { seededRandom } from './seeded-random.ts';
import { floatsOf } from './sound-process.ts';
import { rawFloats } from './sound.ts';
import type { Voice } from './voices.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Telephones' rate, at which the corpus is kept. */
export const CORPUS_RATE_HZ = 8000;

/** Files for one ffmpeg to decode: few enough for its command line, many enough that starting it does not count. */
const FILES_AT_ONCE = 40;

const SOUND_FILE = /\.(wav|ogg|opus|gsm|flac)$/;

/** Prompts that are tones, animals or empty. */
const NOT_SPEECH = /(^|\/)(beep|beeperr|.*-2tone|tt-monkeys|confbridge-(join|leave)|silence\/.*)\.\w+$/;

/** GSM files have no header, and ffmpeg does not always know a short one by its bytes. */
const input = (file: string): string[] => [...(file.endsWith('.gsm') ? ['-f', 'gsm'] : []), '-i', file];

async function filesOf(voice: Voice): Promise<string[]> {
  const folder = resolve(root, voice.path);
  if (!(await stat(folder)).isDirectory()) return [folder];
  const names = (await readdir(folder, { recursive: true })).filter(
    name => SOUND_FILE.test(name) && !NOT_SPEECH.test(name),
  );
  // The same prompt may be there in two formats: the one that kept more sounds better.
  const uncompressed = names.filter(name => name.endsWith('.wav'));
  return (uncompressed.length > 0 ? uncompressed : names).sort().map(name => join(folder, name));
}

async function decode(files: readonly string[], folder: string): Promise<Float32Array<ArrayBuffer>[]> {
  const outputs = files.map((_, index) => join(folder, String(index)));
  const writing = outputs.flatMap((output, index) => [
    '-map',
    `${index}:a:0`,
    ...rawFloats(CORPUS_RATE_HZ),
    output,
  ]);
  const args = ['-nostdin', '-y', '-v', 'error', ...files.flatMap(input), ...writing];
  await promisify(execFile)('ffmpeg', args);
  return Promise.all(outputs.map(async output => floatsOf(await readFile(output))));
}

/**
 * The prompts of a voice in a seeded order, mono at 8 kHz, as recorded.
 * @throws Error when the voice's package is not installed, or ffmpeg is missing
 */
export async function* recordedPrompts(voice: Voice): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const files = seededRandom(`prompts ${voice.name}`).shuffled(await filesOf(voice));
  const folder = await mkdtemp(join(tmpdir(), 'prompts-'));
  try {
    for (let first = 0; first < files.length; first += FILES_AT_ONCE)
      yield* await decode(files.slice(first, first + FILES_AT_ONCE), folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
