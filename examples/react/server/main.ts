import { join } from 'node:path';
import { defaultDataFolder } from '@secure-call/example-clinic/server/dist/clinic-folders.js';
import { startExample } from './start-example.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const port = process.env['PORT'];
  const example = await startExample({
    dataFolder: join(defaultDataFolder, 'react'),
    log: print,
    ...(port && { port: Number(port) }),
  });
  const stop = (): void => void example.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  print(`Open ${example.url}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
