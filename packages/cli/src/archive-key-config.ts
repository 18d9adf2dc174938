import { readFile } from 'node:fs/promises';
import { SecureCallError } from '@secure-call/protocol';
import {
  type ArchiveKeys,
  type AwsCredentials,
  awsKmsOpener,
  externalArchiveKey,
  fileArchiveKeys,
  type KeyOpener,
  type ServiceConfig,
  vaultTransitOpener,
} from '@secure-call/server';
import { readKeyFile } from './key-files.ts';

type ArchiveKeyConfig = ServiceConfig['archiveKeys'][number];
type ExternalKeyConfig = Exclude<ArchiveKeyConfig, string>;

/**
 * Reads one entry of `archiveKeys`: a private key file, or where the private key is held.
 * @param locate - makes a path of a name in the configuration
 * @throws {SecureCallError} `key_invalid` or `configuration_invalid`
 */
export async function readArchiveKey(
  config: ArchiveKeyConfig,
  locate: (name: string) => string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ArchiveKeys> {
  if (typeof config === 'string')
    return fileArchiveKeys([await readKeyFile(locate(config), 'archive', 'private')]);
  const { timeoutSeconds } = config;
  return externalArchiveKey({
    publicKey: await readKeyFile(locate(config.publicKey), 'archive', 'public'),
    opener: openerOf(config, locate, env),
    ...(timeoutSeconds === undefined ? {} : { timeoutMs: timeoutSeconds * 1000 }),
  });
}

function openerOf(
  config: ExternalKeyConfig,
  locate: (name: string) => string,
  env: Readonly<Record<string, string | undefined>>,
): KeyOpener {
  if ('awsKms' in config)
    return awsKmsOpener({ ...config.awsKms, credentials: () => Promise.resolve(credentialsIn(env)) });
  const { tokenFile, ...vault } = config.vault;
  return vaultTransitOpener({ ...vault, token: () => readToken(locate(tokenFile)) });
}

/** Read every time: an agent renews it. */
async function readToken(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new SecureCallError('archive_unavailable', 'The file of the token cannot be read.');
  }
}

function credentialsIn(env: Readonly<Record<string, string | undefined>>): AwsCredentials {
  const {
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
    AWS_SESSION_TOKEN: sessionToken,
  } = env;
  if (!accessKeyId || !secretAccessKey)
    throw new SecureCallError(
      'archive_unavailable',
      'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set.',
    );
  return { accessKeyId, secretAccessKey, ...(sessionToken ? { sessionToken } : {}) };
}
