// Builds the packages and the page, then runs the server.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
// Started with `-w`, npm hands the workspace on to every npm below it; the build is the repository's.
const { npm_config_workspace: _workspace, ...env } = process.env;

function run(name, ...command) {
  console.log(`${name}…`);
  const [program, ...parameters] = command;
  const { status } = spawnSync(program, parameters, {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
    // npm and npx are scripts of their own on Windows, which only a shell starts.
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

run('Building the packages', 'npm', 'run', 'build');
run('Building the page', 'npx', 'vite', 'build', '--config', 'examples/simple/vite.config.mjs');
const { startExample } = await import('./server.mjs');
const { url } = await startExample();
console.log(`A recorded call: ${url}\nEvery access is written here:`);
