import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** A folder outside the repository in which all packages are installed as npm packs them, beside the consumers' tools. */
    installedPackages: string;
  }
}

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
export const packageNames: readonly string[] =
  'protocol watermark player element react packager server cli'.split(' ');
const quiet = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
const isWindows = process.platform === 'win32';

/** Packs every package and installs all of them together, once for all test files. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'secure-call-consumers-'));
  const npm = (cwd: string, ...args: string[]) => run('npm', args, { cwd, shell: isWindows });
  const tarballs = join(folder, 'tarballs');
  await mkdir(tarballs);
  const workspaces = packageNames.map(name => `--workspace=packages/${name}`);
  await npm(root, 'pack', '--silent', '--pack-destination', tarballs, ...workspaces);
  for (const file of ['package.json', 'package-lock.json'])
    await copyFile(new URL(file, import.meta.url), join(folder, file));
  await npm(folder, 'ci', ...quiet);
  const packed = (await readdir(tarballs)).map(name => `./tarballs/${name}`);
  await npm(folder, 'install', '--no-save', ...quiet, ...packed);
  provide('installedPackages', folder);
  return () => rm(folder, { recursive: true, force: true });
}
