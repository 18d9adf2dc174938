import { rename, rm } from 'node:fs/promises';
import { firstBrokenRecord, type SessionAnswer } from '@secure-call/protocol';
import { sql } from 'kysely';
import Database from 'libsql';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { PostgresServer } from '../../support/postgres-server.ts';
import { queryPostgres } from '../../support/postgres-query.ts';
import type { Browser, LeaseWish } from './browser.ts';
import { problemOf } from './refusal.ts';
import { grantInput, TestService, type TestServiceOptions } from './test-service.ts';

let service: TestService;
let browser: Browser;
let session: SessionAnswer;
let wish: LeaseWish;

async function start(options: TestServiceOptions = {}): Promise<void> {
  service = await TestService.start(options);
  const call = await service.registerCall();
  browser = await service.browser();
  session = await browser.openSession(await service.grant(grantInput(call, browser)));
  const { jws } = await browser.events(session).sign({ type: 'player.ready', position: 0 }, new Date(), 1);
  wish = { leaseSeq: 1, from: 12, events: [jws] };
}
afterEach(() => service.stop());

const expectNoKey = async (): Promise<void> =>
  expect(await problemOf(browser.lease(session, wish))).toMatchObject({
    status: 503,
    code: 'audit_unavailable',
  });

/** Without a restart of the service, and nothing is missing or twice. */
async function expectRecovery(): Promise<void> {
  expect(await browser.lease(session, wish)).toMatchObject({ ack: 1, to: 24 });
  const own = await service.records(`?sid=${session.session}`);
  expect(own.map(({ type }) => type)).toEqual([
    'grant.redeemed',
    'lease.issued',
    'player.ready',
    'lease.issued',
  ]);
  expect(await firstBrokenRecord(own.map(({ order: _order, ...record }) => record))).toBeUndefined();
}

describe.skipIf(inject('postgresPort') !== undefined)('no key leaves while the SQLite store', () => {
  beforeEach(() => start());
  const path = (): string => ('path' in service.location ? service.location.path : '');
  const pragma = (text: string): Promise<unknown> =>
    service.store.read(db => sql.raw(`pragma ${text}`).execute(db));

  test('is full, and the same wish is one lease once there is room', async () => {
    const { rows } = (await pragma('page_count')) as { rows: { page_count: number }[] };
    await pragma(`max_page_count = ${rows[0]?.page_count}`);
    // What room there is in its last pages is used up first.
    const filling = { ...wish, from: 0, events: [] };
    let leaseSeq = 100;
    for (let open = true; open; leaseSeq += 1)
      open = await browser.lease(session, { ...filling, leaseSeq, tracks: ['peaks'] }).then(
        () => true,
        () => false,
      );
    await expectNoKey();
    await pragma('max_page_count = 1000000');
    const issued = (await service.records(`?sid=${session.session}`)).map(({ body }) => JSON.stringify(body));
    expect(issued.filter(body => body.includes(`"leaseSeq":${leaseSeq - 1}`))).toEqual([]);
    expect(await browser.lease(session, wish)).toMatchObject({ ack: 1, to: 24 });
    const own = await service.records(`?sid=${session.session}`);
    expect(await firstBrokenRecord(own.map(({ order: _order, ...record }) => record))).toBeUndefined();
  });

  test('may only be read', async () => {
    await pragma('query_only = 1');
    await expectNoKey();
    await pragma('query_only = 0');
    await expectRecovery();
  });

  test('is held by another process for longer than a request may wait', async () => {
    const other = new Database(path());
    other.exec('begin immediate');
    await expectNoKey();
    other.exec('rollback');
    other.close();
    await expectRecovery();
  });

  test('was moved away, where writing to it would still succeed', async () => {
    await rename(path(), `${path()}.away`);
    await expectNoKey();
    await rename(`${path()}.away`, path());
    await expectRecovery();
  });

  test('lost its log', async () => {
    await rm(`${path()}-wal`);
    await expectNoKey();
  });
});

describe.skipIf(inject('postgresPort') === undefined)('no key leaves while the PostgreSQL store', () => {
  const url = (): string => ('url' in service.location ? service.location.url : '');

  test('is full, and the same wish is one lease once there is room', async () => {
    await start();
    await queryPostgres(
      url(),
      `create function full_disk() returns trigger language plpgsql as
        $$ begin raise exception using errcode = 'disk_full', message = 'No space left on device'; end $$`,
      'create trigger full_disk before insert on audit for each row execute function full_disk()',
    );
    await expectNoKey();
    await queryPostgres(url(), 'drop trigger full_disk on audit');
    await expectRecovery();
  });

  test('is held by another transaction for longer than a request may wait', async () => {
    await start();
    const other = new pg.Client({ connectionString: url() });
    await other.connect();
    await other.query('begin');
    await other.query('select from session for update');
    await expectNoKey();
    await other.end();
    await expectRecovery();
  });

  test('is gone, until it is back', async () => {
    const server = (await PostgresServer.start()) as PostgresServer;
    await start({ location: { url: server.url(await server.createDatabase()) } });
    await server.halt();
    await expectNoKey();
    await expectNoKey();
    await server.launch();
    await expectRecovery();
    await service.store.close();
    await server.stop();
  });
});
