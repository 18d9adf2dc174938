import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { installDebian } from './install-debian.mjs';

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
  if (!(await installDebian('PostgreSQL', 'postgresql')))
    console.warn('PostgreSQL is not tested: it is not installed.');
}
