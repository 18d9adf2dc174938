import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createStorageHandler } from '@secure-call/server';
import { createAppHandler } from './app-handler.ts';
import { loadKeys } from './clinic-keys.ts';
import { openDesks } from './desks.ts';
import { createFrameHandler } from './frame-handler.ts';
import { KeyService } from './key-service.ts';
import { openOrigin } from './origin.ts';
import { type ClinicCall, packSampleCalls, registerCalls } from './sample-calls.ts';
import { SignIns } from './sign-ins.ts';

export interface ClinicOptions {
  /** Keys, database and packages; made when missing. */
  readonly dataFolder: string;
  /** @default '127.0.0.1' */
  readonly host?: string;
  /** Wanted ports; a taken one advances to the next free one, 0 = any. @default 4170, 4171, 4172, 4173 */
  readonly ports?: ClinicPorts;
  /** Called with one line per step. */
  readonly log?: (line: string) => void;
}

export interface ClinicPorts {
  readonly app?: number;
  readonly service?: number;
  readonly storage?: number;
  readonly frame?: number;
}

export interface Clinic {
  readonly appUrl: string;
  readonly serviceUrl: string;
  readonly storageUrl: string;
  /** Where the player runs. */
  readonly frameUrl: string;
  readonly calls: readonly ClinicCall[];
  /** The key service alone: it can be taken away and brought back at the same address, on the same database. */
  readonly service: { stop(): Promise<void>; start(): Promise<void> };
  close(): Promise<void>;
}

/** Packs the sample recordings and starts application, player, key service and storage, each at an origin of its own. */
export async function startClinic(options: ClinicOptions): Promise<Clinic> {
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne();
  };
  try {
    return { ...(await openClinic(options, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openClinic(
  { dataFolder, host = '127.0.0.1', ports = {}, log = () => undefined }: ClinicOptions,
  opened: (() => Promise<void>)[],
): Promise<Omit<Clinic, 'close'>> {
  const storageFolder = join(dataFolder, 'storage');
  await mkdir(storageFolder, { recursive: true });
  const keys = await loadKeys(dataFolder);
  const calls = await packSampleCalls({ dataFolder, storageFolder, keys, log });

  // Readable by the whole world, on purpose: what lies here is of no use to anyone without the key service.
  const storage = await openOrigin({ host, port: ports.storage ?? 4172 }, () =>
    createStorageHandler(storageFolder),
  );
  opened.push(() => storage.close());
  const service = await KeyService.open(
    { dataFolder, storageUrl: storage.url, keys },
    { host, port: ports.service ?? 4171 },
  );
  opened.push(() => service.stop());
  await registerCalls(calls, service.url);

  const neighbours = { serviceUrl: service.url, storageUrl: storage.url };
  const desks = openDesks({ dataFolder, serviceUrl: service.url, keys, calls });
  const signIns = new SignIns();
  let appAt = '';
  const frame = await openOrigin({ host, port: ports.frame ?? 4173 }, frameUrl =>
    createFrameHandler({
      ...neighbours,
      frameUrl,
      appUrl: () => appAt,
      grantDesk: desks.grantDesk,
      signIns,
    }),
  );
  opened.push(() => frame.close());
  const app = await openOrigin({ host, port: ports.app ?? 4170 }, appUrl =>
    createAppHandler({ ...neighbours, appUrl, frameUrl: frame.url, signIns, ...desks }),
  );
  opened.push(() => app.close());
  appAt = app.url;
  return { appUrl: app.url, ...neighbours, frameUrl: frame.url, calls, service };
}
