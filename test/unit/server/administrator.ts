import Database from 'libsql';
import { queryPostgres } from '../../support/postgres-query.ts';
import type { TestService } from './test-service.ts';

/** The database administrator's own way in, past the service. */
export async function asAdministrator({ location }: TestService, ...statements: string[]): Promise<void> {
  if ('url' in location) {
    await queryPostgres(location.url, ...statements);
    return;
  }
  const database = new Database(location.path);
  try {
    for (const statement of statements) database.exec(statement);
  } finally {
    database.close();
  }
}

/** What an administrator says to be rid of the guard. */
export const withoutGuard = ({ location }: TestService): readonly string[] =>
  'url' in location
    ? APPEND_ONLY.map(table => `alter table ${table} disable trigger all`)
    : APPEND_ONLY.flatMap(table =>
        ['update', 'delete'].map(act => `drop trigger if exists ${table}_no_${act}`),
      );

const APPEND_ONLY = ['audit', 'audit_node', 'checkpoint'];
