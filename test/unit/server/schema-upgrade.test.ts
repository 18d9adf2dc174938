import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStore, type StoreLocation } from '@secure-call/server';
import Database from 'libsql';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { migrations } from '../../../packages/server/src/migrations.ts';
import { postgresDialect } from '../../../packages/server/src/postgres-migrations.ts';
import { sqliteDialect } from '../../../packages/server/src/sqlite-store.ts';
import { createDatabase, queryPostgres } from '../../support/postgres-query.ts';

/** The version before erasures and retention. */
const OLD_VERSION = 5;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secure-call-upgrade-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** A database as the version before left it. */
async function oldDatabase(statements: readonly string[]): Promise<StoreLocation> {
  const port = inject('postgresPort');
  if (port === undefined) {
    const path = join(folder, 'service.db');
    const database = new Database(path);
    for (const old of migrations(sqliteDialect).slice(0, OLD_VERSION)) database.exec(old);
    for (const statement of statements) database.exec(statement);
    database.exec(`pragma user_version = ${OLD_VERSION}`);
    database.close();
    return { path };
  }
  const server = `postgres://owner@127.0.0.1:${port}`;
  const url = `${server}/${await createDatabase(`${server}/postgres`)}`;
  await queryPostgres(
    url,
    ...migrations(postgresDialect).slice(0, OLD_VERSION),
    ...statements,
    'create table schema_version (version bigint not null)',
    `insert into schema_version values (${OLD_VERSION})`,
  );
  return { url };
}

const record = (seq: number): string =>
  `insert into audit (tenant, chain, seq, received_at, author, type, body, salt, body_hash, prev, hash)
   values ('region-x', '', ${seq}, '2025-01-01T00:00:00.000Z', 'server', 'log.read', '{"n":${seq}}', 's${seq}', 'b', 'p', 'h')`;
const call = (name: string, jwe: string): string =>
  `insert into call (tenant, call, rev, package_id, manifest, manifest_sha256, first_hashes, jwe, seed_jwe, registered_at)
   values ('region-x', '${name}', 1, 'p', 'm', 's', 'f', ${jwe}, 'seed', 1)`;

test('an older database keeps its record, its order and what was erased, and goes on from there', async () => {
  const location = await oldDatabase([
    ...[1, 2, 3].map(record),
    call('kept', `'sealed'`),
    call('erased', 'null'),
  ]);
  const store = await openStore(location);
  const all = () =>
    store.read(db =>
      db.selectFrom('audit').select(['store_order', 'seq', 'body', 'salt']).orderBy('seq').execute(),
    );
  const before = await all();
  expect(before).toEqual(
    [1, 2, 3].map(seq => ({ store_order: seq, seq, body: `{"n":${seq}}`, salt: `s${seq}` })),
  );
  expect(await store.read(db => db.selectFrom('erasure').selectAll().execute())).toEqual([
    { tenant: 'region-x', call: 'erased' },
  ]);
  const [first] = await store.read(db => db.selectFrom('audit').selectAll().limit(1).execute());
  if (!first) throw new Error('no record');
  const { store_order: _order, ...columns } = first;
  await store.transaction(db =>
    db
      .insertInto('audit')
      .values({ ...columns, seq: 4 })
      .execute(),
  );
  expect((await all()).at(-1)).toMatchObject({ store_order: 4, seq: 4 });
  // The guard is up again.
  for (const statement of [
    `update audit set actor = 'x'`,
    'update audit set body = null, salt = null',
    'delete from audit',
  ])
    await expect(asOwner(location, statement)).rejects.toThrow('append-only');
  await store.close();
});

async function asOwner(location: StoreLocation, statement: string): Promise<void> {
  if ('url' in location) return void (await queryPostgres(location.url, statement));
  const database = new Database(location.path);
  try {
    database.exec(statement);
  } finally {
    database.close();
  }
}
