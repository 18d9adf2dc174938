import { randomBytes } from 'node:crypto';
import pg from 'pg';

/** Runs statements one after the other on a connection of their own. @returns what the last one answered */
export async function queryPostgres(
  url: string,
  ...statements: readonly string[]
): Promise<pg.QueryResult | undefined> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    let result: pg.QueryResult | undefined;
    for (const statement of statements) result = await client.query(statement);
    return result;
  } finally {
    await client.end();
  }
}

/** Makes an empty database. @param url - of any database of the server @returns its name */
export async function createDatabase(url: string): Promise<string> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await queryPostgres(url, `create database ${name}`);
  return name;
}
