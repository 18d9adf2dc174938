import { SecureCallError } from '@secure-call/protocol';
import { defaultDataFolder } from './clinic-folders.ts';
import { type ClinicPorts, startClinic } from './start-clinic.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/** The application's port; key service, storage and player take the next three. */
function portsFrom(port: string | undefined): ClinicPorts {
  if (port === undefined || port === '') return {};
  const app = Number(port);
  if (!Number.isInteger(app) || app < 0 || app > 65_000)
    throw new SecureCallError('configuration_invalid', 'PORT is a number from 0 to 65000.');
  const next = (offset: number): number => (app === 0 ? 0 : app + offset);
  return { app, service: next(1), storage: next(2), frame: next(3) };
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
