import type { Store } from '@secure-call/server';
import { openPostgresStore } from '@secure-call/server';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { PostgresServer } from '../support/postgres-server.ts';
import { heldTransaction } from './held-transaction.ts';

describe.skipIf(inject('postgresPort') === undefined)('a store on PostgreSQL', () => {
  let server: PostgresServer;
  let database: string;
  beforeAll(async () => {
    // One of its own: its settings are changed, and it is stopped.
    server = (await PostgresServer.start()) as PostgresServer;
    await server.query('create role service login');
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    database = await server.createDatabase();
  });

  const open = (): Promise<Store> =>
    openPostgresStore({ url: server.url(database, 'service'), ownerUrl: server.url(database) });

  test.each(['fsync', 'full_page_writes', 'synchronous_commit'])(
    'is not opened where %s is off: what it acknowledges could be lost',
    async setting => {
      await server.query(`alter system set ${setting} = off`);
      await server.query('select pg_reload_conf()');
      try {
        await expect(open()).rejects.toMatchObject({
          code: 'configuration_invalid',
          message: expect.stringContaining(`${setting} = off`),
        });
      } finally {
        await server.query('alter system reset all');
        await server.query('select pg_reload_conf()');
      }
      await (await open()).close();
    },
  );

  test('that a newer version wrote is not opened, and one of the right version is opened as it is', async () => {
    const first = await open();
    await first.transaction(db => db.insertInto('epoch').values({ tenant: 'x', epoch: 7 }).execute());
    await first.close();
    const second = await open();
    expect(await second.read(db => db.selectFrom('epoch').selectAll().execute())).toEqual([
      { tenant: 'x', epoch: 7 },
    ]);
    await second.close();
    await server.query('update schema_version set version = 99', database);
    await expect(open()).rejects.toThrow('newer version');
  });

  test('that cannot be reached is not opened, in words and without its address', async () => {
    const gone = openPostgresStore({ url: 'postgres://owner:password@127.0.0.1:1/none' });
    await expect(gone).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: 'The database cannot be used.',
    });
  });

  test('may be opened by several services at once, the first time too', async () => {
    const stores = await Promise.all([open(), open(), open()]);
    await Promise.all(stores.map(store => store.close()));
  });

  describe('whose record the service may only add to', () => {
    let store: Store;
    beforeEach(async () => {
      store = await open();
      await record(store, 'region-x', 1);
      return () => store.close();
    });

    test.each([
      "update audit set actor = 'nobody'",
      'delete from audit',
      'truncate audit',
      'alter table audit disable trigger all',
      'drop table audit',
      'delete from schema_version',
      "update audit set body = null, salt = null, actor = 'nobody'",
    ])('refuses its role: %s', async statement => {
      await expect(server.query(`set role service; ${statement}`, database)).rejects.toMatchObject({
        // insufficient_privilege
        code: '42501',
      });
    });

    test('lets its role delete the content of what is old enough, and of nothing younger', async () => {
      const retire = 'set role service; update audit set body = null, salt = null';
      await store.transaction(db =>
        db
          .insertInto('audit')
          .values({ ...row('region-x', 2), received_at: new Date().toISOString() })
          .execute(),
      );
      await expect(server.query(`${retire} where seq = 2`, database)).rejects.toThrow('append-only');
      await server.query(`${retire} where seq = 1`, database);
    });

    test.each(["update audit set actor = 'nobody'", 'delete from audit', 'truncate audit'])(
      'refuses even the owner: %s',
      async statement => {
        await expect(server.query(statement, database)).rejects.toThrow('append-only');
      },
    );
  });

  test.each([
    ['as if each were alone', 'transaction', 'select'],
    ['on rows that are read for update', 'rowTransaction', 'locked'],
  ] as const)('runs transactions %s: a sum of many increments is their number', async (_, run, read) => {
    const [one, other] = await Promise.all([open(), open()]);
    await one.transaction(db => db.insertInto('epoch').values({ tenant: 'x', epoch: 0 }).execute());
    const increment = (store: Store): Promise<unknown> =>
      store[run](async db => {
        const query = db.selectFrom('epoch').select('epoch');
        const { epoch } = await (
          read === 'select' ? query : query.forNoKeyUpdate()
        ).executeTakeFirstOrThrow();
        await db
          .updateTable('epoch')
          .set({ epoch: epoch + 1 })
          .execute();
      });
    await Promise.all(Array.from({ length: 60 }, (__, at) => increment(at % 2 === 0 ? one : other)));
    expect(await one.read(db => db.selectFrom('epoch').select('epoch').execute())).toEqual([{ epoch: 60 }]);
    await Promise.all([one.close(), other.close()]);
  });

  test('shows records in an order into which none comes later', async () => {
    const store = await open();
    const shown = (): Promise<number[]> =>
      store.read(async db => {
        const rows = await db
          .selectFrom('audit')
          .select('seq')
          .where(store.settled)
          .orderBy('store_order')
          .execute();
        return rows.map(({ seq }) => seq);
      });
    let commit = (): void => undefined;
    let slow: Promise<unknown> = Promise.resolve();
    await new Promise<void>(written => {
      slow = store.transaction(async db => {
        await db.insertInto('audit').values(row('region-x', 1)).execute();
        written();
        await new Promise<void>(resolve => (commit = resolve));
      });
    });
    // Numbered later, committed first.
    await record(store, 'region-y', 2);
    expect(await shown()).toEqual([]);
    commit();
    await slow;
    expect(await shown()).toEqual([1, 2]);
    await store.close();
  });

  test('settles records in the order of transactions, where a later one may have numbered its records first', async () => {
    const store = await open();
    const settled = (): Promise<{ seq: number; settling: string | number }[]> =>
      store.read(db =>
        db
          .selectFrom('audit')
          .select(['seq', sql<string>`${store.settling}`.as('settling')])
          .where(store.settled)
          .orderBy(store.settling)
          .orderBy('store_order')
          .execute(),
      );
    const first = await heldTransaction(store);
    const second = await heldTransaction(store);
    await second.write(db => db.insertInto('audit').values(row('region-x', 2)).execute());
    await first.write(db => db.insertInto('audit').values(row('region-y', 1)).execute());
    await first.commit();
    expect(await settled()).toMatchObject([{ seq: 1 }]);
    await second.commit();
    const all = await settled();
    expect(all.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(Number(all[0]?.settling)).toBeLessThan(Number(all[1]?.settling));
    await store.close();
  });

  test('tells what is announced once it is durable, to every service, and never what was rolled back', async () => {
    const [one, other] = await Promise.all([open(), open()]);
    const heard: unknown[] = [];
    const second = new Promise<void>(resolve => {
      other.subscribe(message => {
        heard.push(message);
        if (message === 'kept') resolve();
      });
    });
    const failing = one.transaction((_, announce) => {
      announce('rolled back');
      return Promise.reject(new Error('no'));
    });
    await expect(failing).rejects.toThrow('no');
    await one.transaction((_, announce) => Promise.resolve(announce('kept')));
    await second;
    expect(heard).toEqual(['kept']);
    await Promise.all([one.close(), other.close()]);
  });

  test('fails while the server is gone, goes on when it is back, and says that something may have been missed', async () => {
    const store = await open();
    const missed = new Promise<unknown>(resolve => store.subscribe(resolve));
    await record(store, 'region-x', 1);
    await server.halt();
    await expect(record(store, 'region-x', 2)).rejects.toThrow();
    await server.launch();
    expect(await missed).toBeUndefined();
    await record(store, 'region-x', 2);
    const rows = await store.read(db => db.selectFrom('audit').select('seq').execute());
    expect(rows).toEqual([{ seq: 1 }, { seq: 2 }]);
    await store.close();
  });
});

const row = (tenant: string, seq: number) => ({
  tenant,
  seq,
  chain: '',
  received_at: '',
  author: 'server' as const,
  type: 'log.read',
  actor: null,
  unit: null,
  patient: null,
  call: null,
  body: '{}',
  salt: '',
  body_hash: '',
  prev: '',
  hash: '',
});

const record = (store: Store, tenant: string, seq: number): Promise<unknown> =>
  store.transaction(db => db.insertInto('audit').values(row(tenant, seq)).execute());
