// `npm test`: installs what a fresh clone lacks, then runs everything. Needs nothing but Node and npm.
// With --slow (`npm run test:slow`) properties are tried more often and engines are listened to longer.
import { ensureChromium } from './install-chromium.mjs';
import { ensureDependencies } from './install-dependencies.mjs';
import { ensureEngines } from './install-engines.mjs';
import { ensureFfmpeg } from './install-ffmpeg.mjs';
import { ensureJava } from './install-java.mjs';
import { ensurePostgres } from './install-postgres.mjs';
import { run } from './run.mjs';

const vitest = project => [
  'npx',
  'vitest',
  'run',
  '--config',
  'test/vitest.config.mjs',
  '--project',
  project,
];

const steps = [
  ['Format', ['npx', 'prettier', '--check', '--log-level', 'warn', '.']],
  ['Build', ['npm', 'run', '--silent', 'build']],
  ['Sizes', ['npm', 'run', '--silent', 'size']],
  ['Types', ['npm', 'run', '--silent', 'check:types']],
  ['Lint', ['npm', 'run', '--silent', 'lint']],
  ['Unit tests in Node', vitest('node')],
  ['The key service on PostgreSQL', vitest('postgres')],
  ['What needs no Node, and the element, in Chromium', vitest('chromium')],
  ['End to end', vitest('e2e')],
  ['The packages as npm packs them, in applications of their own', vitest('consumers')],
  ['Documents', vitest('docs')],
  ['Firefox and WebKitGTK', vitest('engines')],
];

if (process.argv.includes('--slow')) process.env.SLOW_TESTS = '1';
await ensureDependencies();
await ensureChromium();
ensureEngines();
await ensureFfmpeg();
await ensurePostgres();
await ensureJava();
for (const [name, command] of steps) await run(name, command);
