// Starts the example site on a fresh clone: installs and builds what is missing, then runs the server. Imports nothing
// that is not part of Node, because nothing is installed yet.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const OLDEST_NODE = [20, 19];

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const inRoot = (...path) => join(root, ...path);
const server = inRoot('examples/clinic/server/dist/main.js');

/** Everything the build reads. */
const sources = [
  'packages',
  'examples/clinic/server',
  'examples/clinic/page',
  'tsconfig.json',
  'rollup.config.mjs',
];
/** What the last step of the build writes anew every time. */
const products = [
  'packages/player/dist/vault.worker.js',
  'packages/player/dist/watermark.worklet.js',
  'packages/element/dist/player-frame/frame.js',
  'examples/clinic/page/dist/bundle/main.js',
];

function assertNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new Error(`Node ${OLDEST_NODE.join('.')} or newer is needed; this is Node ${process.versions.node}.`);
}

async function install() {
  // npm writes this file at the end of an installation.
  const installed = changedAt(inRoot('node_modules/.package-lock.json'));
  if (installed >= changedAt(inRoot('package-lock.json'))) return;
  console.log('Installing what the site needs…');
  await npm(['ci', '--no-audit', '--no-fund'], 'The installation failed.');
}

async function build() {
  const built = existsSync(server) ? Math.min(...products.map(product => changedAt(inRoot(product)))) : 0;
  if (built >= Math.max(...sources.map(source => newestIn(inRoot(source))))) return;
  console.log('Building…');
  await npm(['run', 'build'], 'The build failed.');
}

/** Runs npm and stays quiet unless it fails. */
async function npm(parameters, failure) {
  // npm is a script of its own on Windows, which only a shell starts. The parameters are all written in this file.
  const child = spawn('npm', parameters, { cwd: root, shell: process.platform === 'win32' });
  const output = [];
  child.stdout.on('data', part => output.push(part));
  child.stderr.on('data', part => output.push(part));
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code === 0) return;
  process.stderr.write(Buffer.concat(output));
  throw new Error(failure);
}

/** Milliseconds since the epoch; 0 where there is no such file. */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

const skipped = new Set(['node_modules', 'dist', 'var']);

/** When the newest source file in a folder was changed, in milliseconds since the epoch. */
function newestIn(path) {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return path.endsWith('.tsbuildinfo') ? 0 : changedAt(path);
  const names = readdirSync(path).filter(name => !skipped.has(name));
  return Math.max(0, ...names.map(name => newestIn(join(path, name))));
}

try {
  assertNode();
  await install();
  await build();
  await import(pathToFileURL(server).href);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
