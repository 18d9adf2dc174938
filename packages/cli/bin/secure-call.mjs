#!/usr/bin/env node
// Committed, and not built: npm leaves out a bin that is missing when it installs.
import { existsSync } from 'node:fs';

const built = new URL('../dist/index.js', import.meta.url);
if (existsSync(built)) {
  const { main } = await import(built.href);
  const controller = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => controller.abort());
  const { stdout, stderr } = process;
  // Nobody reads on, as behind `| head`: the command ends as when it is asked to.
  for (const output of [stdout, stderr]) output.on('error', () => controller.abort());
  process.exitCode = await main(process.argv.slice(2), { stdout, stderr, signal: controller.signal });
} else {
  process.stderr.write('Build first: npm ci && npm run build\n');
  process.exitCode = 1;
}
