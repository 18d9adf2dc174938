import { spawnSync } from 'node:child_process';
import { findChromium } from './chromium.mjs';
import { run } from './run.mjs';

const works = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** Finds a Chromium; else installs Debian's where that is allowed; else, outside CI, Playwright's own. */
export async function ensureChromium() {
  if (findChromium()) return;
  if (process.getuid?.() === 0 && works('apt-get', '--version')) {
    await run('Package lists', ['apt-get', 'update', '-qq']);
    await run('Chromium', ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', 'chromium']);
  } else if (!process.env.CI) {
    await run('Chromium', ['npx', 'playwright', 'install', 'chromium']);
  }
  if (findChromium()) return;
  console.error('No Chromium or Chrome was found. Install one, or name it in CHROMIUM_PATH.');
  process.exit(1);
}
