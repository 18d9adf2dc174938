import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { type AuditRecord, firstBrokenRecord } from '@secure-call/protocol';
import type { RunTransaction, Store, Work } from '@secure-call/server';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Browser, Fetch } from './browser.ts';
import { problemOf } from './refusal.ts';
import { bundleService } from './service-bundle.ts';
import type { ServiceChildTask } from './service-child.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
afterEach(() => service.stop());

/** A store whose disk breaks at the commit, once it is told to. */
class BreakableStore implements Store {
  readonly #store: Store;
  broken = false;

  constructor(store: Store) {
    this.#store = store;
  }

  read: Store['read'] = work => this.#store.read(work);
  close: Store['close'] = () => this.#store.close();
  subscribe: Store['subscribe'] = listener => this.#store.subscribe(listener);
  get settled(): Store['settled'] {
    return this.#store.settled;
  }
  get settling(): Store['settling'] {
    return this.#store.settling;
  }
  transaction: Store['transaction'] = work => this.#break(this.#store.transaction, work);
  rowTransaction: Store['rowTransaction'] = work => this.#break(this.#store.rowTransaction, work);

  #break<T>(run: RunTransaction, work: Work<T>): Promise<T> {
    return run(async (db, announce) => {
      const result = await work(db, announce);
      if (this.broken) throw new Error('disk I/O error at secret-path');
      return result;
    });
  }
}

describe('a store that fails at the commit', () => {
  let disk: BreakableStore;
  let browser: Browser;
  const start = async () => {
    service = await TestService.start({ wrapStore: store => (disk = new BreakableStore(store)) });
    browser = await service.browser();
    return service.registerCall();
  };

  test('opens no session, and the same grant does once it is mended', async () => {
    const call = await start();
    const grant = await service.grant(grantInput(call, browser));
    disk.broken = true;
    const problem = await problemOf(browser.openSession(grant));
    expect(problem).toMatchObject({ code: 'audit_unavailable', status: 503 });
    expect(JSON.stringify(problem)).not.toContain('secret-path');
    expect(problem).not.toHaveProperty('lease');
    disk.broken = false;
    expect(await browser.openSession(grant)).toHaveProperty('lease.leaseSeq', 0);
    const types = (await service.records()).map(({ type }) => type);
    expect(types.filter(type => type === 'grant.redeemed')).toHaveLength(1);
    expect(types).not.toContain('grant.refused');
  });

  test('releases no key, and the retry is neither a gap nor a duplicate', async () => {
    const call = await start();
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    const events = browser.events(session);
    const { jws } = await events.sign({ type: 'player.ready', position: 0 }, new Date(), 1);
    const wish = { leaseSeq: 1, from: 12, events: [jws] };
    disk.broken = true;
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(await problemOf(browser.lease(session, wish))).toMatchObject({ code: 'audit_unavailable' });
    disk.broken = false;
    expect(await browser.lease(session, wish)).toMatchObject({ ack: 1, to: 24 });
    const own = await service.records(`?sid=${session.session}`);
    expect(own.map(({ type }) => type)).toEqual([
      'grant.redeemed',
      'lease.issued',
      'player.ready',
      'lease.issued',
    ]);
  });

  test('is not ready', async () => {
    await start();
    expect((await service.asRole('', '/readyz')).status).toBe(200);
    disk.broken = true;
    expect((await service.asRole('', '/readyz')).status).toBe(503);
    expect((await service.asRole('', '/healthz')).status).toBe(200);
  });

  test('refuses officers too', async () => {
    await start();
    disk.broken = true;
    const read = await service.asRole(await service.roleToken('auditor'), '/audit/records');
    expect(read.status).toBe(503);
  });
});

describe('a service killed', () => {
  let program: string;
  beforeAll(async () => {
    program = await bundleService('service-child');
  });
  afterAll(() => rm(dirname(program), { recursive: true, force: true }));

  interface Child {
    readonly process: ChildProcess;
    readonly fetch: Fetch;
    nextLine(): Promise<string>;
  }

  async function startChild(haltAfterCommit: number, beforeCommit = false): Promise<Child> {
    const task: ServiceChildTask = {
      keys: service.keys,
      location: service.location,
      haltAfterCommit,
      beforeCommit,
    };
    const child = spawn(process.execPath, [program, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const nextLine = async (): Promise<string> => String((await lines.next()).value);
    const port = await nextLine();
    const fetch: Fetch = async request => {
      const { pathname } = new URL(request.url);
      const { method } = request;
      return globalThis.fetch(`http://127.0.0.1:${port}${pathname}`, { method, body: await request.text() });
    };
    return { process: child, fetch, nextLine };
  }

  async function kill(child: Child, when: 'written' | 'committed' = 'committed'): Promise<void> {
    expect(await child.nextLine()).toBe(when);
    child.process.kill('SIGKILL');
    await once(child.process, 'exit');
  }

  const lost = (attempt: Promise<unknown>): Promise<void> => expect(attempt).rejects.toThrow('fetch failed');

  test('between commit and answer while opening a session: the retry is the same session', async () => {
    service = await TestService.start();
    const call = await service.registerCall();
    const browser = await service.browser();
    const grant = await service.grant(grantInput(call, browser));
    const child = await startChild(1);
    const attempt = lost(browser.with({ fetch: child.fetch }).openSession(grant));
    await kill(child);
    await attempt;
    await service.restart();
    const sessions = await service.store.read(db => db.selectFrom('session').select('sid').execute());
    const session = await browser.openSession(grant);
    expect(sessions).toEqual([{ sid: session.session }]);
    expect(await browser.unwrap(session, session.lease)).toHaveProperty('size', 7);
    const own = await service.records(`?sid=${session.session}`);
    expect(own.map(({ type }) => type)).toEqual(['grant.redeemed', 'lease.issued']);
  });

  test('before the commit of a lease: nothing is on record, and the retry is', async () => {
    service = await TestService.start();
    const call = await service.registerCall();
    const browser = await service.browser();
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    const { jws } = await browser.events(session).sign({ type: 'player.ready', position: 0 }, new Date(), 1);
    const wish = { leaseSeq: 1, from: 12, events: [jws] };
    // The first commit of a service sweeps old proofs away.
    const child = await startChild(2, true);
    const distant = browser.with({ fetch: child.fetch });
    distant.nonce = session.nonce;
    const attempt = lost(distant.lease(session, wish));
    await kill(child, 'written');
    await attempt;
    await service.restart();
    const types = async (): Promise<string[]> =>
      (await service.records(`?sid=${session.session}`)).map(({ type }) => type);
    expect(await types()).toEqual(['grant.redeemed', 'lease.issued']);
    expect(await browser.lease(session, wish)).toMatchObject({ ack: 1, from: 12, to: 24 });
    expect(await types()).toEqual(['grant.redeemed', 'lease.issued', 'player.ready', 'lease.issued']);
  });

  test('between commit and answer while leasing: the record is there, and the retry adds nothing to it', async () => {
    service = await TestService.start();
    const call = await service.registerCall();
    const browser = await service.browser();
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    const { jws } = await browser.events(session).sign({ type: 'player.ready', position: 0 }, new Date(), 1);
    const wish = { leaseSeq: 1, from: 12, events: [jws] };
    // The first commit of a service sweeps old proofs away.
    const child = await startChild(2);
    const distant = browser.with({ fetch: child.fetch });
    distant.nonce = session.nonce;
    const attempt = lost(distant.lease(session, wish));
    await kill(child);
    await attempt;
    await service.restart();
    const before = await service.records(`?sid=${session.session}`);
    expect(before.filter(({ type }) => type === 'lease.issued')).toHaveLength(2);
    expect(await browser.lease(session, wish)).toMatchObject({ ack: 1, from: 12, to: 24 });
    const own = await service.records(`?sid=${session.session}`);
    expect(own.map(({ type }) => type)).toEqual([
      'grant.redeemed',
      'lease.issued',
      'player.ready',
      'lease.issued',
    ]);
    const chain = own.map(({ order: _order, ...record }): AuditRecord => record);
    expect(await firstBrokenRecord(chain)).toBeUndefined();
  });
});
