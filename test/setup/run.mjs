import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a command at the repository's root; a failure ends the whole run with its exit code. */
export async function run(name, [command, ...args]) {
  const since = Date.now();
  console.log(`\n== ${name}`);
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  const code = await new Promise(resolve => {
    child.on('error', () => resolve(127));
    child.on('close', resolve);
  });
  if (code !== 0) {
    console.error(`\n${name} failed.`);
    process.exit(code ?? 1);
  }
  console.log(`== ${name}: ${((Date.now() - since) / 1000).toFixed(0)} s`);
}
