import type { TestProject } from 'vitest/node';
import { PostgresServer } from '../support/postgres-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Port of a PostgreSQL server on this machine; absent where tests use SQLite. */
    postgresPort?: number;
  }
}

/** One server for all test files; each makes databases of its own in it. */
export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  const server = await PostgresServer.start();
  provide('postgresPort', server?.port);
  return async () => server?.stop();
}
