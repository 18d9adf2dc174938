import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { run } from '../../setup/run.mjs';

const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/**
 * Installs Debian's packages of voices and codecs that are missing; where it may not, says which and ends the program.
 * @param packages names of Debian packages
 */
export async function ensurePackages(packages) {
  const missing = [...new Set(packages)].filter(name => !existsSync(`/usr/share/doc/${name}`));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0 || !works('apt-get', '--version')) {
    console.error(`Install these packages of Debian first: ${missing.join(' ')}`);
    process.exit(1);
  }
  await run('Package lists', ['apt-get', 'update', '-qq']);
  await run('Voices', ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing]);
}
