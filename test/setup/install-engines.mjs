import { spawnSync } from 'node:child_process';
import { findFirefox, findWebKit } from './engines.mjs';

/** Debian's names of what each engine needs. */
const packages = {
  Firefox: ['firefox-esr', 'pulseaudio'],
  WebKitGTK: [
    'webkit2gtk-driver',
    'xvfb',
    'pulseaudio',
    'gstreamer1.0-libav',
    'gstreamer1.0-plugins-good',
    'gstreamer1.0-plugins-bad',
    'gstreamer1.0-pulseaudio',
  ],
};

const aptGet = (...args) => spawnSync('apt-get', args, { stdio: 'inherit' }).status === 0;
const mayInstall = () =>
  process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], { stdio: 'ignore' }).status === 0;

/**
 * Finds Firefox and WebKitGTK; else installs Debian's where that is allowed. Where one cannot be had, its tests say so
 * and are skipped: Chromium alone is required.
 */
export function ensureEngines() {
  const engines = { Firefox: findFirefox, WebKitGTK: findWebKit };
  const lacking = Object.keys(engines).filter(name => engines[name]().missing);
  if (lacking.length > 0 && mayInstall()) {
    aptGet('update', '-qq');
    aptGet('install', '-y', '-qq', '--no-install-recommends', ...lacking.flatMap(name => packages[name]));
  }
  for (const [name, find] of Object.entries(engines)) {
    const { missing } = find();
    if (missing) console.warn(`\n${name} is not tested: ${missing} is not installed.`);
  }
}
