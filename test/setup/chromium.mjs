import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const places = [
  process.env.CHROMIUM_PATH,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome-stable',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

/** Flags under which Chromium runs headless, offline and without a sound card. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--autoplay-policy=no-user-gesture-required',
];

/** Path of an installed Chromium or Chrome, or undefined. */
export function findChromium() {
  return places.find(place => place !== undefined && existsSync(place)) ?? playwrightsOwn();
}

function playwrightsOwn() {
  try {
    const script = "import('playwright').then(p => process.stdout.write(p.chromium.executablePath()))";
    const path = execFileSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}
