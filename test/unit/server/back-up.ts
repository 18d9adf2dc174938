import { copyFile, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { queryPostgres } from '../../support/postgres-query.ts';
import { asAdministrator } from './administrator.ts';
import type { TestService } from './test-service.ts';

/**
 * Copies the database of a service that does not run.
 * @returns what puts the copy in its place again, while it does not run either
 */
export async function backUp(service: TestService): Promise<() => Promise<void>> {
  const { location } = service;
  if ('url' in location) {
    const name = new URL(location.url).pathname.slice(1);
    const maintenance = new URL('/postgres', location.url).href;
    const copy = `copy_${randomBytes(8).toString('hex')}`;
    // Connections that were closed a moment ago, and the server's own housekeeping.
    const others = `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`;
    await queryPostgres(maintenance, others, `create database ${copy} template ${name}`);
    return async () => {
      await queryPostgres(
        maintenance,
        `drop database ${name} with (force)`,
        `create database ${name} template ${copy}`,
      );
    };
  }
  const { path } = location;
  await asAdministrator(service, `vacuum into '${path}.copy'`);
  return async () => {
    for (const file of [path, `${path}-wal`, `${path}-shm`]) await rm(file, { force: true });
    await copyFile(`${path}.copy`, path);
  };
}
