import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const at = path => fileURLToPath(new URL(`../../${path}`, import.meta.url));

/** Installs from the lock file, unless what is installed is as new as the lock file. */
export async function ensureDependencies() {
  const installed = at('node_modules/.package-lock.json');
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(at('package-lock.json')).mtimeMs)
    return;
  await run('Install', ['npm', 'ci', '--no-audit', '--no-fund']);
}
