import { readFile } from 'node:fs/promises';
import { SecureCallError } from '@secure-call/protocol';
import type { AuditRepositoryConfig, TenantOptions } from '@secure-call/server';

type AuditRepositoryOptions = NonNullable<TenantOptions['auditRepository']>;

/**
 * How a tenant's audit repository is reached.
 * @param place - in the configuration
 * @throws {SecureCallError} `configuration_invalid` when the variable with its token is not set
 */
export function readAuditRepository(
  { url, tokenFile, tokenVariable, header }: AuditRepositoryConfig,
  place: string,
  locate: (name: string) => string,
  env: Readonly<Record<string, string | undefined>>,
): AuditRepositoryOptions {
  const headerOf = (token: string): Record<string, string> =>
    header === undefined ? { authorization: `Bearer ${token.trim()}` } : { [header]: token.trim() };
  if (tokenFile !== undefined)
    return { url, credential: async () => headerOf(await readFile(locate(tokenFile), 'utf8')) };
  if (tokenVariable === undefined) return { url };
  const token = env[tokenVariable];
  if (!token)
    throw new SecureCallError(
      'configuration_invalid',
      `${place}.tokenVariable: there is no such variable in the environment.`,
    );
  return { url, credential: () => Promise.resolve(headerOf(token)) };
}
