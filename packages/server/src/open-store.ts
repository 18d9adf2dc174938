import { openPostgresStore, type PostgresStoreOptions } from './postgres-store.ts';
import { openSqliteStore } from './sqlite-store.ts';
import type { Store } from './store.ts';

/** Where a service's store is: a file of its own, or a database that several services share. */
export type StoreLocation = { readonly path: string } | PostgresStoreOptions;

/** @throws {SecureCallError} `configuration_invalid` when the store cannot be used, is not durable, or is newer than this program */
export async function openStore(location: StoreLocation): Promise<Store> {
  return 'path' in location ? openSqliteStore(location.path) : openPostgresStore(location);
}
