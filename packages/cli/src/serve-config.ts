import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { SecureCallError } from '@secure-call/protocol';
import {
  type ArchiveKeys,
  type CallServiceOptions,
  joinArchiveKeys,
  type IssuerKeysOptions,
  type ListenConfig,
  parseServiceConfig,
  type RotatingServiceKeys,
  type ServiceConfig,
  type StoreLocation,
} from '@secure-call/server';
import { readArchiveKey } from './archive-key-config.ts';
import { required } from './command.ts';
import { naming } from './config-place.ts';
import { readTenant } from './tenant-config.ts';
import { readKeyFile } from './key-files.ts';
import { storeLocation } from './store-location.ts';

/** What `serve` runs, with every key read. */
export interface ServeConfig {
  readonly service: Pick<
    CallServiceOptions,
    | 'archiveKeys'
    | 'serviceKey'
    | 'rotating'
    | 'publicUrl'
    | 'tenants'
    | 'policy'
    | 'maxTraceBytes'
    | 'review'
  >;
  /** The archive keys one by one; the first is the one that calls are re-sealed to. */
  readonly archiveKeyList: readonly ArchiveKeys[];
  readonly store: StoreLocation;
  readonly listen: Required<ListenConfig>;
  readonly metrics: Required<ListenConfig> | undefined;
  readonly drainSeconds: number;
  /** Folder outside the database where checkpoints are kept too. */
  readonly checkpoints: string | undefined;
  readonly storage: (Required<ListenConfig> & { readonly folder: string }) | undefined;
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8787;
const DEFAULT_STORAGE_PORT = 8788;
const DEFAULT_METRICS_PORT = 8789;

/**
 * Reads a configuration file and the key files it names; their paths are relative to the file's folder.
 * @param env - `HOST` and `PORT` override where the service listens, `DATABASE_URL` overrides its database, and with
 *   `DATABASE_OWNER_URL` another role than the service's own brings the schema up to date
 * @param onFailure - told when keys of an issuer cannot be read anew
 * @throws {SecureCallError} `configuration_invalid` or `key_invalid`
 */
export async function readServeConfig(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
  onFailure: IssuerKeysOptions['onFailure'] = () => undefined,
): Promise<ServeConfig> {
  const config = parseServiceConfig(await readText(path));
  const locate = (name: string): string => resolve(dirname(path), name);
  const archiveKeys = config.archiveKeys.map((key, index) =>
    naming(`archiveKeys[${index}]`, readArchiveKey(key, locate, env)),
  );
  const archiveKeyList = await Promise.all(archiveKeys);
  if (config.storage) await assertFolder(locate(config.storage.folder), 'storage.folder');
  // Made by hand: a mount that is missing would otherwise be a folder beside it.
  if (config.checkpoints) await assertFolder(locate(config.checkpoints.folder), 'checkpoints.folder');
  return {
    service: {
      archiveKeys: joinArchiveKeys(archiveKeyList),
      serviceKey: await naming('serviceKey', readKeyFile(locate(config.serviceKey), 'service', 'private')),
      ...(config.rotatingKeys ? { rotating: await readRotatingKeys(config.rotatingKeys, locate) } : {}),
      publicUrl: config.publicUrl,
      tenants: await Promise.all(
        config.tenants.map((tenant, index) =>
          readTenant(tenant, { place: `tenants[${index}]`, locate, env, onFailure }),
        ),
      ),
      policy: config.policy ?? {},
      review: config.review ?? {},
      ...(config.traces?.maxBytes === undefined ? {} : { maxTraceBytes: config.traces.maxBytes }),
    },
    archiveKeyList,
    store: storeLocation(config.database, env, locate),
    listen: readListen(config, env),
    metrics: config.metrics && { host: DEFAULT_HOST, port: DEFAULT_METRICS_PORT, ...config.metrics },
    drainSeconds: config.drainSeconds ?? 0,
    checkpoints: config.checkpoints && locate(config.checkpoints.folder),
    storage: config.storage && {
      folder: locate(config.storage.folder),
      host: config.storage.host ?? DEFAULT_HOST,
      port: config.storage.port ?? DEFAULT_STORAGE_PORT,
    },
  };
}

/**
 * The tenant that a command is about.
 * @param name - may be left out where there is only one
 * @throws {UsageError} when it is left out where there are several. {SecureCallError} `configuration_invalid`
 */
export function tenantOf({ service: { tenants } }: ServeConfig, name: string | undefined): string {
  const [only, ...others] = tenants;
  if (name === undefined && only && others.length === 0) return only.id;
  const tenant = tenants.find(({ id }) => id === required(name, '--tenant NAME'));
  if (!tenant) throw new SecureCallError('configuration_invalid', 'The configuration has no such tenant.');
  return tenant.id;
}

const readListen = (
  { listen }: ServiceConfig,
  env: Readonly<Record<string, string | undefined>>,
): Required<ListenConfig> => ({
  host: env['HOST'] ?? listen?.host ?? DEFAULT_HOST,
  port: portOf(env['PORT']) ?? listen?.port ?? DEFAULT_PORT,
});

async function readRotatingKeys(
  { current, next, previous = [] }: NonNullable<ServiceConfig['rotatingKeys']>,
  locate: (name: string) => string,
): Promise<RotatingServiceKeys> {
  const read = (name: string, place: string): Promise<RotatingServiceKeys['current']> =>
    naming(`rotatingKeys.${place}`, readKeyFile(locate(name), 'service', 'private'));
  return {
    current: await read(current, 'current'),
    ...(next === undefined ? {} : { next: await read(next, 'next') }),
    previous: await Promise.all(previous.map((name, index) => read(name, `previous[${index}]`))),
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SecureCallError('configuration_invalid', 'The configuration file cannot be read.', { cause });
  }
}

function portOf(text: string | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new SecureCallError('configuration_invalid', 'PORT is not a port number.');
}

async function assertFolder(path: string, place: string): Promise<void> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry?.isDirectory())
    throw new SecureCallError('configuration_invalid', `${place}: there is no such folder.`);
}
