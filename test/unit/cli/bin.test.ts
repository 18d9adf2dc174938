import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';

const source = fileURLToPath(new URL('../../../packages/cli/bin/secure-call.mjs', import.meta.url));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bin-'));
  await mkdir(join(folder, 'bin'));
  await copyFile(source, join(folder, 'bin', 'secure-call.mjs'));
});
afterEach(() => rm(folder, { recursive: true }));

interface Ended {
  readonly exitCode: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

const start = (...args: string[]): Promise<Ended> =>
  new Promise(resolve => {
    execFile(process.execPath, [join(folder, 'bin', 'secure-call.mjs'), ...args], (error, stdout, stderr) =>
      resolve({ exitCode: error ? error.code : 0, stdout, stderr }),
    );
  });

test('what is not built says so', async () => {
  expect(await start('help')).toEqual({
    exitCode: 1,
    stdout: '',
    stderr: 'Build first: npm ci && npm run build\n',
  });
});

test('what is built gets the command line, and its exit code counts', async () => {
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(
    join(folder, 'dist', 'index.js'),
    'export const main = async (args, { stdout }) => { stdout.write(args.join()); return 2; };',
  );
  expect(await start('pack', 'x')).toEqual({ exitCode: 2, stdout: 'pack,x', stderr: '' });
});

test('a command whose output nobody reads on is asked to end', async () => {
  await mkdir(join(folder, 'dist'));
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(
    join(folder, 'dist', 'index.js'),
    `export const main = async (args, { stdout, signal }) => {
      for (; !signal.aborted; await new Promise(setImmediate)) stdout.write('a line');
      return 1;
    };`,
  );
  const child = spawn(process.execPath, [join(folder, 'bin', 'secure-call.mjs')]);
  const errors = text(child.stderr);
  child.stdout.once('data', () => child.stdout.destroy());
  expect(await once(child, 'close')).toEqual([1, null]);
  expect(await errors).toBe('');
});
