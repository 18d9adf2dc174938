import { SecureCallError } from '@secure-call/protocol';
import { defaultDataFolder } from './clinic-folders.ts';
import { startClinic } from './start-clinic.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The application's port; key service and storage take the next two. */
function portsFrom(port: string | undefined): { app?: number; service?: number; storage?: number } {
  if (port === undefined || port === '') return {};
  const app = Number(port);
  if (!Number.isInteger(app) || app < 0 || app > 65_000)
    throw new SecureCallError('configuration_invalid', 'PORT is a number from 0 to 65000.');
  return app === 0 ? { app: 0, service: 0, storage: 0 } : { app, service: app + 1, storage: app + 2 };
}

async function main(): Promise<void> {
  const { HOST, PORT } = process.env;
  const clinic = await startClinic({
    dataFolder: defaultDataFolder,
    ports: portsFrom(PORT),
    ...(HOST ? { host: HOST } : {}),
    log: print,
  });
  const stop = (): void => void clinic.close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  print(`Open ${clinic.appUrl}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
