import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTool, type ToolRun } from '../../../packages/packager/src/ffmpeg-process.ts';

let folder: string;
let recording: FileHandle;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tool-'));
  await writeFile(join(folder, '0701234567.amr'), 'the recording');
  recording = await open(join(folder, '0701234567.amr'));
});
afterEach(async () => {
  await recording.close();
  await rm(folder, { recursive: true });
});

/** Runs a shell script in place of ffmpeg. */
async function runScript(script: string, signal?: AbortSignal): Promise<ToolRun> {
  const tool = join(folder, 'tool');
  await writeFile(tool, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  const path = join(folder, '0701234567.amr');
  return runTool(tool, { file: recording, path, demuxer: 'amr', demuxerOptions: [], signal }, ['-output']);
}

async function textOf({ output }: ToolRun): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of output) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

test('the program gets one demuxer, two protocols and no environment', async () => {
  const [environment = '', args = ''] = (await textOf(await runScript('env; echo --; echo "$*"'))).split(
    '--\n',
  );
  const names = environment.split('\n').map(line => line.split('=')[0] ?? '');
  expect(
    names.filter(name => !['', 'PATH', 'LD_LIBRARY_PATH', 'PWD', 'OLDPWD', 'SHLVL', '_'].includes(name)),
  ).toEqual([]);
  expect(args).toMatch(
    /-protocol_whitelist file,pipe -format_whitelist amr -codec_whitelist \S+ -f amr -i file:\S+ -output/,
  );
});

test.runIf(process.platform === 'linux')('it gets the opened file, and not its name', async () => {
  expect(await textOf(await runScript('cat <&3'))).toBe('the recording');
  expect(await textOf(await runScript('echo "$*"'))).not.toContain('0701234567');
});

test('its limits are set', async () => {
  const script = 'ulimit -c; ulimit -f; ulimit -t';
  expect(await textOf(await runScript(script))).toBe('0\n0\n1800\n');
});

test.each<[string, string, string]>([
  ['it lacks a decoder', 'echo "Decoder (codec secret) not found" >&2; exit 1', 'recording_unsupported'],
  [
    'a decoder is not on the list',
    'echo "Codec (tta) not on whitelist" >&2; exit 1',
    'recording_unsupported',
  ],
  ['it fails otherwise', 'echo "secret" >&2; exit 69', 'recording_unreadable'],
  ['it is killed', 'kill -9 $$', 'recording_unreadable'],
  ['it takes too much time', 'kill -XCPU $$', 'recording_unreadable'],
])('when %s, that is told in our words', async (_, script, code) => {
  await expect(textOf(await runScript(script))).rejects.toMatchObject({
    name: 'SecureCallError',
    code,
    message: expect.not.stringContaining('secret'),
  });
});

test('a program that is not there is told without its path', async () => {
  const path = join(folder, '0701234567.amr');
  const input = { file: recording, path, demuxer: 'amr', demuxerOptions: [], signal: undefined };
  await expect(textOf(runTool(join(folder, 'none'), input, []))).rejects.toMatchObject({
    code: 'recording_unreadable',
    message: expect.not.stringContaining(folder),
  });
});

test('damage that it reports on the way is noticed, other words are not', async () => {
  const damaged = await runScript('echo "[amrnb @ 0x1] Corrupt bitstream" >&2; echo sound');
  expect(await textOf(damaged)).toBe('sound\n');
  expect(damaged.hasFoundDamage()).toBe(true);
  const sound = await runScript('echo "Estimating duration" >&2; echo sound');
  expect(await textOf(sound)).toBe('sound\n');
  expect(sound.hasFoundDamage()).toBe(false);
});

test('a flood of words does not block it', async () => {
  const script = 'i=0; while [ $i -lt 20000 ]; do echo "a line of words" >&2; i=$((i+1)); done; echo end';
  expect(await textOf(await runScript(script))).toBe('end\n');
});

test('stopping the work ends it', async () => {
  const controller = new AbortController();
  const { output } = await runScript('echo sound; exec sleep 600', controller.signal);
  expect((await output.next()).value?.toString()).toBe('sound\n');
  controller.abort();
  await expect(output.next()).rejects.toMatchObject({ code: 'aborted' });
});
