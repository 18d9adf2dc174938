import { SecureCallError } from '@secure-call/protocol';
import type { StoreLocation } from '@secure-call/server';

/**
 * Where a service's store is: in the PostgreSQL database that `DATABASE_URL` names, or else in the configuration's file.
 * @param database - path of a file, relative to the configuration
 * @param locate - makes a path of it
 * @throws {SecureCallError} `configuration_invalid`
 */
export function storeLocation(
  database: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
  locate: (name: string) => string,
): StoreLocation {
  const { DATABASE_URL: url, DATABASE_OWNER_URL: ownerUrl } = env;
  if (url) {
    if (!/^postgres(ql)?:\/\//.test(url))
      throw new SecureCallError('configuration_invalid', 'DATABASE_URL does not begin with postgres://.');
    return ownerUrl ? { url, ownerUrl } : { url };
  }
  if (database === undefined)
    throw new SecureCallError(
      'configuration_invalid',
      'The configuration lacks "database", and DATABASE_URL is not set.',
    );
  return { path: database === ':memory:' ? database : locate(database) };
}
