import { spawnSync } from 'node:child_process';
import { run } from './run.mjs';

const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/**
 * Finds ffmpeg; else installs Debian's where that is allowed. The project works without it: its tests are then reported
 * as skipped.
 */
export async function ensureFfmpeg() {
  if (works('ffmpeg', '-version') && works('ffprobe', '-version')) return;
  if (process.getuid?.() === 0 && works('apt-get', '--version')) {
    await run('Package lists', ['apt-get', 'update', '-qq']);
    await run('ffmpeg', ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'ffmpeg']);
  } else console.log('No ffmpeg was found: its tests are skipped.');
}
