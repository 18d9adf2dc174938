import { readFile } from 'node:fs/promises';
import { type PinnedKey, pinKey, pinKeySet, SecureCallError } from '@secure-call/protocol';
import {
  fetchKeySet,
  type IssuerConfig,
  IssuerKeys,
  type IssuerKeysOptions,
  type ServiceConfig,
  type TenantOptions,
} from '@secure-call/server';
import { readAuditRepository } from './audit-repository-config.ts';
import { naming } from './config-place.ts';

type TenantConfig = ServiceConfig['tenants'][number];

export interface TenantReading {
  /** Where in the configuration the tenant stands. */
  readonly place: string;
  /** Makes a path of a name in the configuration. */
  readonly locate: (name: string) => string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onFailure: NonNullable<IssuerKeysOptions['onFailure']>;
}

/** @throws {SecureCallError} `key_invalid`, naming the place */
export async function readTenant(
  { id, storageBase, packagers, issuers, roleIssuers = [], retentionYears, auditRepository }: TenantConfig,
  reading: TenantReading,
): Promise<TenantOptions> {
  const { place, locate, env } = reading;
  const list = (trusted: readonly IssuerConfig[], name: string): Promise<TenantOptions['issuers']> =>
    Promise.all(
      trusted.map((issuer, index) => readIssuer(issuer, { ...reading, place: `${place}.${name}[${index}]` })),
    );
  return {
    id,
    storageBase,
    packagers: await Promise.all(
      packagers.map((name, index) => naming(`${place}.packagers[${index}]`, readPinnedKey(locate(name)))),
    ),
    issuers: await list(issuers, 'issuers'),
    roleIssuers: await list(roleIssuers, 'roleIssuers'),
    ...(retentionYears === undefined ? {} : { retentionYears }),
    ...(auditRepository
      ? { auditRepository: readAuditRepository(auditRepository, `${place}.auditRepository`, locate, env) }
      : {}),
  };
}

type Issuer = TenantOptions['issuers'][number];

async function readIssuer(
  config: IssuerConfig,
  { place, locate, onFailure }: TenantReading,
): Promise<Issuer> {
  const { iss } = config;
  // Fetched when they are needed: an issuer that is down keeps no other one from being served.
  if ('jwks' in config)
    return { iss, keys: new IssuerKeys({ read: () => fetchKeySet(config.jwks), onFailure }) };
  const read = async (): Promise<readonly PinnedKey[]> => {
    const files = config.keys.map((name, index) =>
      naming(`${place}.keys[${index}]`, readKeySet(locate(name))),
    );
    return (await Promise.all(files)).flat();
  };
  return { iss, keys: new IssuerKeys({ keys: await read(), read, onFailure }) };
}

/** A public key of any signature algorithm that tokens may have. */
const readPinnedKey = async (path: string): Promise<PinnedKey> =>
  // `pinKey` checks what it needs of it.
  pinKey((await readJson(path)) as Parameters<typeof pinKey>[0]);

/** One, or a set of them. */
const readKeySet = async (path: string): Promise<readonly PinnedKey[]> => pinKeySet(await readJson(path));

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new SecureCallError('key_invalid', missing ? 'no such file.' : 'the file cannot be read.', {
      cause,
    });
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new SecureCallError('key_invalid', 'the file is not a JWK.');
  }
}
