import { spawnSync } from 'node:child_process';
import { run } from './run.mjs';

/**
 * Installs one of Debian's packages where that is allowed.
 * @param name - how it is called in the report
 * @returns whether it was tried; a failure ends the run
 */
export async function installDebian(name, debianPackage) {
  const allowed =
    process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;
  if (!allowed) return false;
  await run('Package lists', ['apt-get', 'update', '-qq']);
  await run(name, ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', debianPackage]);
  return true;
}
