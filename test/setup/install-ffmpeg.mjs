import { spawnSync } from 'node:child_process';
import { installDebian } from './install-debian.mjs';

const works = command => spawnSync(command, ['-version'], { stdio: 'ignore' }).status === 0;

/**
 * Finds ffmpeg; else installs Debian's where that is allowed. The project works without it: its tests are then reported
 * as skipped.
 */
export async function ensureFfmpeg() {
  if (works('ffmpeg') && works('ffprobe')) return;
  if (!(await installDebian('ffmpeg', 'ffmpeg'))) console.log('No ffmpeg was found: its tests are skipped.');
}
