import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type PinnedKey, pinKey, SecureCallError } from '@secure-call/protocol';
import {
  type CallServiceOptions,
  fileArchiveKeys,
  type ListenConfig,
  parseServiceConfig,
  type ServiceConfig,
  type TenantOptions,
} from '@secure-call/server';
import { readKeyFile } from './key-files.ts';

/** What `serve` runs, with every key read. */
export interface ServeConfig {
  readonly service: Omit<CallServiceOptions, 'store' | 'signal' | 'log' | 'now'>;
  readonly databasePath: string;
  readonly listen: Required<ListenConfig>;
  readonly storage: (Required<ListenConfig> & { readonly folder: string }) | undefined;
}

const DEFAULT_HOST = '127.0.0.1';
const DEFAULT_PORT = 8787;
const DEFAULT_STORAGE_PORT = 8788;

/**
 * Reads a configuration file and the key files it names; their paths are relative to the file's folder.
 * @param env - `HOST` and `PORT` override where the service listens
 * @throws {SecureCallError} `configuration_invalid` or `key_invalid`
 */
export async function readServeConfig(
  path: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ServeConfig> {
  const config = parseServiceConfig(await readText(path));
  const locate = (name: string): string => resolve(dirname(path), name);
  const archiveKeys = config.archiveKeys.map(name => readKeyFile(locate(name), 'archive', 'private'));
  return {
    service: {
      archiveKeys: fileArchiveKeys(await Promise.all(archiveKeys)),
      serviceKey: await readKeyFile(locate(config.serviceKey), 'service', 'private'),
      publicUrl: config.publicUrl,
      tenants: await Promise.all(config.tenants.map(tenant => readTenant(tenant, locate))),
      policy: config.policy ?? {},
    },
    databasePath: config.database === ':memory:' ? config.database : locate(config.database),
    listen: {
      host: env['HOST'] ?? config.listen?.host ?? DEFAULT_HOST,
      port: portOf(env['PORT']) ?? config.listen?.port ?? DEFAULT_PORT,
    },
    storage: config.storage && {
      folder: locate(config.storage.folder),
      host: config.storage.host ?? DEFAULT_HOST,
      port: config.storage.port ?? DEFAULT_STORAGE_PORT,
    },
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

async function readTenant(
  { id, storageBase, packagers, issuers, roleIssuers = [] }: ServiceConfig['tenants'][number],
  locate: (name: string) => string,
): Promise<TenantOptions> {
  const readKeys = (names: readonly string[]): Promise<PinnedKey[]> =>
    Promise.all(names.map(name => readPinnedKey(locate(name))));
  const readIssuers = (list: typeof issuers): Promise<TenantOptions['issuers']> =>
    Promise.all(list.map(async ({ iss, keys }) => ({ iss, keys: await readKeys(keys) })));
  return {
    id,
    storageBase,
    packagers: await readKeys(packagers),
    issuers: await readIssuers(issuers),
    roleIssuers: await readIssuers(roleIssuers),
  };
}

/** A public key of any signature algorithm that tokens may have. */
async function readPinnedKey(path: string): Promise<PinnedKey> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new SecureCallError('key_invalid', 'The file of a trusted key cannot be read as a JWK.', { cause });
  }
  // `pinKey` checks what it needs of it.
  return pinKey(data as Parameters<typeof pinKey>[0]);
}
