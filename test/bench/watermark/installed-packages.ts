import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const run = (command: string, ...args: string[]): boolean =>
  spawnSync(command, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;

/** Programs that attack recordings. */
export const CODEC_PACKAGES: readonly string[] = ['ffmpeg', 'sox', 'libsox-fmt-all'];

/**
 * Installs packages of Debian that are missing.
 * @throws Error that names them where that is not possible
 */
export function ensurePackages(names: readonly string[]): void {
  const missing = [...new Set(names)].filter(name => !existsSync(`/usr/share/doc/${name}`));
  if (missing.length === 0) return;
  console.log(`Installing ${missing.join(' ')}`);
  const installed =
    process.getuid?.() === 0 &&
    run('apt-get', 'update', '-qq') &&
    run('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing);
  if (!installed) throw new Error(`Install these packages of Debian first: ${missing.join(' ')}`);
}
