import { readFile, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type PinnedKey, pinKey, SecureCallError } from '@secure-call/protocol';
import {
  type ArchiveKeys,
  type CallServiceOptions,
  joinArchiveKeys,
  type ListenConfig,
  parseServiceConfig,
  type RotatingServiceKeys,
  type ServiceConfig,
  type StoreLocation,
  type TenantOptions,
} from '@secure-call/server';
import { readArchiveKey } from './archive-key-config.ts';
import { required } from './command.ts';
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
 * @throws {SecureCallError} `configuration_invalid` or `key_invalid`
 */
export async function readServeConfig(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
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
        config.tenants.map((tenant, index) => readTenant(tenant, `tenants[${index}]`, locate)),
      ),
      policy: config.policy ?? {},
      review: config.review ?? {},
      ...(config.traces?.maxBytes === undefined ? {} : { maxTraceBytes: config.traces.maxBytes }),
    },
    archiveKeyList,
    store: storeLocation(config.database, env, locate),
    listen: {
      host: env['HOST'] ?? config.listen?.host ?? DEFAULT_HOST,
      port: portOf(env['PORT']) ?? config.listen?.port ?? DEFAULT_PORT,
    },
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

/** Says where in the configuration an error lies; file names could hold anything and are not told. */
async function naming<T>(place: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (cause) {
    if (!(cause instanceof SecureCallError)) throw cause;
    throw new SecureCallError(cause.code, `${place}: ${cause.message}`, { cause });
  }
}

async function readTenant(
  { id, storageBase, packagers, issuers, roleIssuers = [] }: ServiceConfig['tenants'][number],
  place: string,
  locate: (name: string) => string,
): Promise<TenantOptions> {
  const readKeys = (names: readonly string[], list: string): Promise<PinnedKey[]> =>
    Promise.all(names.map((name, index) => naming(`${list}[${index}]`, readPinnedKey(locate(name)))));
  const readIssuers = (trusted: typeof issuers, list: string): Promise<TenantOptions['issuers']> =>
    Promise.all(
      trusted.map(async ({ iss, keys }, index) => ({
        iss,
        keys: await readKeys(keys, `${list}[${index}].keys`),
      })),
    );
  return {
    id,
    storageBase,
    packagers: await readKeys(packagers, `${place}.packagers`),
    issuers: await readIssuers(issuers, `${place}.issuers`),
    roleIssuers: await readIssuers(roleIssuers, `${place}.roleIssuers`),
  };
}

/** A public key of any signature algorithm that tokens may have. */
async function readPinnedKey(path: string): Promise<PinnedKey> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new SecureCallError('key_invalid', missing ? 'no such file.' : 'the file cannot be read.', {
      cause,
    });
  });
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new SecureCallError('key_invalid', 'the file is not a JWK.');
  }
  // `pinKey` checks what it needs of it.
  return pinKey(data as Parameters<typeof pinKey>[0]);
}
