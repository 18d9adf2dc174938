import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.mjs';

const ROOT = '/usr/lib/postgresql';

/** Folder of the programs of the newest PostgreSQL on this machine, or undefined. */
export function findPostgres() {
  if (!existsSync(ROOT)) return undefined;
  const versions = readdirSync(ROOT)
    .map(Number)
    .sort((one, other) => other - one);
  return versions
    .map(version => join(ROOT, String(version), 'bin'))
    .find(folder => existsSync(join(folder, 'initdb')));
}

/** Finds PostgreSQL; else installs Debian's where that is allowed. Without it, its tests say so and are skipped. */
export async function ensurePostgres() {
  if (findPostgres()) return;
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0) {
    await run('Package lists', ['apt-get', 'update', '-qq']);
    await run('PostgreSQL', ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'postgresql']);
  } else console.warn('PostgreSQL is not tested: it is not installed.');
}
