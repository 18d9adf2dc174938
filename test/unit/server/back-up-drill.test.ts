import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { main } from '@secure-call/cli';
import { checkpointVerifier, type StoreLocation } from '@secure-call/server';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { findPostgres } from '../../setup/install-postgres.mjs';
import { PostgresServer } from '../../support/postgres-server.ts';
import { until } from '../../support/until.ts';
import { asAdministrator } from './administrator.ts';
import { askAsAuditor, checkpointsOf } from './auditor.ts';
import { problemOf } from './refusal.ts';
import { PUBLIC_URL, TENANT } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

/** The back-up and restore drill of docs/service.md, with the commands that stand there. */

const run = promisify(execFile);
const onPostgres = inject('postgresPort') !== undefined;

/** Where a back-up comes from, and a machine that knows nothing of it. */
let here: PostgresServer | undefined;
let there: PostgresServer | undefined;
beforeAll(async () => {
  if (!onPostgres) return;
  here = await PostgresServer.start();
  there = await PostgresServer.start();
  // The server that is left behind has counted more transactions than the new one has.
  const busy = `do $$ begin for i in 1..5000 loop perform pg_current_xact_id(); commit; end loop; end $$`;
  await here?.query(busy);
  for (const server of [here, there]) await server?.query('create role secure_call login');
});
afterAll(async () => {
  await here?.stop();
  await there?.stop();
});

let outside: string;
let service: TestService;
/** Services on what was restored. */
const restored: TestService[] = [];
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'secure-call-outside-'));
  await mkdir(join(outside, 'checkpoints'));
  const location = here ? { location: await databaseOf(here) } : {};
  service = await TestService.start({ erasureFolder: join(outside, 'checkpoints'), ...location });
});
afterEach(async () => {
  for (const other of restored.splice(0)) await other.stop();
  await service.stop();
  await rm(outside, { recursive: true });
});

async function databaseOf(server: PostgresServer): Promise<StoreLocation> {
  const database = await server.createDatabase();
  return { url: server.url(database, 'secure_call'), ownerUrl: server.url(database) };
}

const program = (name: string): string => join(findPostgres() ?? '', name);

/** Backs up a service that runs. */
async function backUp(): Promise<void> {
  const { location } = service;
  if ('path' in location) {
    await asAdministrator(service, `vacuum into '${join(outside, 'back-up.db')}'`);
    return;
  }
  const { ownerUrl = '' } = location;
  await run(program('pg_dump'), ['--format=custom', `--file=${join(outside, 'back-up.dump')}`, ownerUrl]);
}

/** Puts the back-up on another machine. */
async function restore(): Promise<StoreLocation> {
  if (!there) {
    const path = join(outside, 'restored.db');
    await cp(join(outside, 'back-up.db'), path);
    return { path };
  }
  const location = await databaseOf(there);
  const { ownerUrl = '' } = location as { readonly ownerUrl?: string };
  await run(program('pg_restore'), [
    '--single-transaction',
    '--exit-on-error',
    `--dbname=${ownerUrl}`,
    join(outside, 'back-up.dump'),
  ]);
  return location;
}

/** The same service on what was restored: its keys, its clock, its configuration. */
async function startRestored(location: StoreLocation, erasureFolder: string): Promise<TestService> {
  const other = await TestService.start({ location, erasureFolder, keys: service.keys });
  restored.push(other);
  return other;
}

async function listen(at: TestService, call: SyntheticCall) {
  const browser = await at.browser();
  return browser.openSession(await at.grant(grantInput(call, browser)));
}

/**
 * Makes checkpoints until one covers everything: records settle when whatever else the database does has ended.
 * @returns how many it covers
 */
async function checkpoint(at: TestService, folder: string): Promise<number> {
  const checkpoints = await checkpointsOf(at, { folder });
  let numbers: (number | null)[] = [];
  await until(
    async () => {
      await checkpoints.make();
      numbers = await numbersOf(at);
      return !numbers.includes(null);
    },
    20_000,
    () => `a checkpoint of every record: ${JSON.stringify([at.log, numbers])}`,
  );
  return numbers.length;
}

/** Of the tenant's records in the order of the record, read past the service: that would be a record too. */
async function numbersOf({ store }: TestService): Promise<(number | null)[]> {
  const rows = await store.read(db =>
    db
      .selectFrom('audit')
      .leftJoin('audit_node', 'audit_node.store_order', 'audit.store_order')
      .select('audit_node.place as n')
      .where('audit.tenant', '=', TENANT)
      .orderBy(store.settling)
      .orderBy('audit.store_order')
      .execute(),
  );
  return rows.map(({ n }) => n);
}

/** `secure-call audit verify`, on what the service exports. */
async function verify(at: TestService, checkpoints: string) {
  const file = join(outside, 'record.ndjson');
  await writeFile(file, await (await askAsAuditor(at, '/audit/export.ndjson')).text());
  const key = join(outside, 'log.key');
  await writeFile(key, await checkpointVerifier(service.keys.service.privateJwk, PUBLIC_URL, TENANT));
  let text = '';
  const stdout = { write: (part: string) => (text += part) };
  const args = ['audit', 'verify', file, '--key', key, '--checkpoint', join(checkpoints, `log-${TENANT}`)];
  const code = await main(args, { stdout, stderr: stdout, signal: new AbortController().signal });
  return { code, text };
}

test('a back-up of a service that runs, put back on another machine', async () => {
  const folder = join(outside, 'checkpoints');
  const [kept, erased] = [await service.registerCall(), await service.registerCall()];
  await listen(service, kept);
  await listen(service, erased);
  const covered = await checkpoint(service, folder);
  await backUp();
  // What the back-up does not know: an access, and an erasure.
  await listen(service, kept);
  const token = await service.roleToken('privacy');
  expect((await service.asRole(token, `/calls/${erased.call}`, undefined, 'DELETE')).status).toBe(204);
  await checkpoint(service, folder);
  const again = await startRestored(await restore(), folder);

  // Erased is erased, and what was not is played.
  expect(await problemOf(listen(again, erased))).toMatchObject({ code: 'call_erased' });
  await listen(again, kept);
  expect(await again.records()).toContainEqual(
    expect.objectContaining({
      type: 'call.erased',
      call: erased.call,
      body: expect.objectContaining({ replayed: true }),
    }),
  );

  // Nothing is signed over the gap, and the auditor is told where it begins.
  await (await checkpointsOf(again, { folder })).make();
  expect(again.log).toContainEqual({ event: 'checkpoint.failed', code: 'checkpoint_invalid' });
  expect(await verify(again, folder)).toEqual({
    code: 1,
    text: `Record ${covered} and what comes after it are missing: a checkpoint covers more.\n`,
  });

  // With a folder of its own the log goes on, and the erasures go with it.
  const next = join(outside, 'next');
  await cp(folder, next, { recursive: true, filter: path => !path.includes(`log-${TENANT}`) });
  await checkpoint(again, next);
  expect(await verify(again, next)).toMatchObject({ code: 0 });
  const numbers = await numbersOf(again);
  expect(numbers.filter(n => n !== null)).toEqual([...numbers.keys()].slice(0, numbers.indexOf(null)));
});
