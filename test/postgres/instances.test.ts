import { firstBrokenRecord, type PushMessage } from '@secure-call/protocol';
import type { Store } from '@secure-call/server';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { until } from '../support/until.ts';
import { checkpointsOf, fetchExport } from '../unit/server/auditor.ts';
import type { Browser, Fetch } from '../unit/server/browser.ts';
import { LineReader } from '../unit/server/line-reader.ts';
import { problemOf } from '../unit/server/refusal.ts';
import type { SyntheticCall } from '../unit/server/synthetic-call.ts';
import { TENANT } from '../unit/server/service-options.ts';
import { grantInput, TestService } from '../unit/server/test-service.ts';
import { heldTransaction } from './held-transaction.ts';

describe.skipIf(inject('postgresPort') === undefined)('two services on one database', () => {
  let service: TestService;
  let other: Awaited<ReturnType<TestService['join']>>;
  let call: SyntheticCall;
  let browser: Browser;
  /** Which of the two answers the browser's next request, as a balancer decides. */
  let at: Fetch;

  beforeEach(async () => {
    service = await TestService.start();
    other = await service.join();
    call = await service.registerCall();
    at = service.fetch;
    browser = (await service.browser()).with({ fetch: request => at(request) });
  });
  afterEach(async () => {
    other.stop.abort();
    await other.store.close();
    await service.stop();
  });

  test('a session goes on at either, request by request', async () => {
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    for (let leaseSeq = 1; leaseSeq <= 3; leaseSeq += 1) {
      at = leaseSeq % 2 === 1 ? other.handle : service.fetch;
      const lease = await browser.lease(session, { leaseSeq, from: 12 * leaseSeq });
      expect(lease).toMatchObject({ to: 12 * leaseSeq + 12 });
    }
    const own = await service.records(`?sid=${session.session}`);
    expect(own.map(({ type }) => type)).toEqual(['grant.redeemed', ...Array<string>(4).fill('lease.issued')]);
  });

  test('a grant redeemed twenty times in parallel at both opens one session', async () => {
    const grant = await service.grant(grantInput(call, browser));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, place) => {
        const fetch = place % 2 === 0 ? service.fetch : other.handle;
        return browser.with({ fetch }).openSession(grant);
      }),
    );
    expect(new Set(answers.map(({ session }) => session)).size).toBe(1);
    const types = (await service.records()).map(({ type }) => type);
    expect(types.filter(type => type === 'grant.redeemed')).toHaveLength(1);
    expect(types.filter(type => type === 'lease.issued')).toHaveLength(1);
  });

  // An allowance of 120 s, windows of 12 and after a jump of 4 s: thirty jumps at most, wherever they are asked for.
  test('one person in six sessions at both unlocks no more than one allowance', async () => {
    const sessions = await Promise.all(
      Array.from({ length: 6 }, async (_, place) => {
        const own = (await service.browser()).with({ fetch: place % 2 === 0 ? service.fetch : other.handle });
        return { own, session: await own.openSession(await service.grant(grantInput(call, own))) };
      }),
    );
    const asked = sessions.flatMap(({ own, session }, place) =>
      Array.from({ length: 4 }, async (_, at) => {
        const from = 20 + 20 * (4 * place + at);
        const answer = await own.lease(session, { leaseSeq: at + 1, from }).catch(() => undefined);
        return answer ? answer.to - answer.from : 0;
      }),
    );
    const unlocked = (await Promise.all(asked)).reduce((sum, seconds) => sum + seconds, 0);
    const { seconds_left: left } = await service.store.read(db =>
      db.selectFrom('pace').select('seconds_left').executeTakeFirstOrThrow(),
    );
    // The first window, which all sessions have alike, is charged once.
    expect(left).toBeCloseTo(120 - 12 - unlocked, 6);
  });

  test('the same lease asked for at both at once is one lease', async () => {
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, place) => {
        const own = browser.with({ fetch: place % 2 === 0 ? service.fetch : other.handle });
        own.nonce = session.nonce;
        return own.lease(session, { leaseSeq: 1, from: 12 });
      }),
    );
    expect(new Set(answers.map(({ keys }) => JSON.stringify(keys))).size).toBe(1);
    const own = await service.records(`?sid=${session.session}`);
    expect(own.filter(({ type }) => type === 'lease.issued')).toHaveLength(2);
    expect(await firstBrokenRecord(own.map(({ order: _order, ...record }) => record))).toBeUndefined();
  });

  test('a proof used at one is used at the other', async () => {
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    let proven = new Request('https://keys.example/');
    at = request => {
      proven = request.clone();
      return service.fetch(request);
    };
    await browser.lease(session, { leaseSeq: 1, from: 12 });
    const again = await other.handle(proven);
    expect(await again.json()).toMatchObject({ code: 'proof_invalid' });
  });

  test('a revocation at one ends the stream at the other, and its next lease', async () => {
    at = other.handle;
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    const response = await browser.prove(`/sessions/${session.session}/stream`, {});
    const stream = new LineReader<PushMessage>(response);
    expect(await stream.next()).toMatchObject({ type: 'epoch' });
    const token = await service.roleToken('privacy');
    const revoked = await service.asRole(token, '/revocations', { person: 'nurse-1' });
    expect(await revoked.json()).toEqual({ revoked: 1 });
    expect(await stream.next()).toMatchObject({ type: 'revoked' });
    const refusal = await problemOf(browser.lease(session, { leaseSeq: 1, from: 12 }));
    expect(refusal.code).toBe('session_revoked');
  });

  test('whatever ends a session waits for the lease that is under way in it', async () => {
    const session = await browser.openSession(await service.grant(grantInput(call, browser)));
    let release = (): void => undefined;
    const held = new Promise<void>(resolve => (release = resolve));
    let entered = (): void => undefined;
    const inside = new Promise<void>(resolve => (entered = resolve));
    let isHolding = false;
    const slow = await service.join({
      wrapStore: store => ({
        ...store,
        // The lease has decided, and is not committed yet.
        rowTransaction: work =>
          store.rowTransaction(async (db, announce) => {
            const result = await work(db, announce);
            if (isHolding) {
              entered();
              await held;
            }
            return result;
          }),
      }),
    });
    at = slow.handle;
    await browser.lease(session, { leaseSeq: 1, from: 12 });
    isHolding = true;
    const lease = browser.lease(session, { leaseSeq: 2, from: 24 });
    await inside;
    const token = await service.roleToken('privacy');
    const revocation = service.asRole(token, '/revocations', { person: 'nurse-1' });
    await until(isSomeoneWaiting, 20_000, () => 'a revocation that waits for the lease');
    release();
    expect(await lease).toMatchObject({ to: 36 });
    expect(await (await revocation).json()).toEqual({ revoked: 1 });
    slow.stop.abort();
    await slow.store.close();
    const own = await service.records(`?sid=${session.session}`);
    expect(own.map(({ type }) => type).slice(-2)).toEqual(['lease.issued', 'session.revoked']);
  });

  async function isSomeoneWaiting(): Promise<boolean> {
    const { rows } = await service.store.read(db =>
      sql<{ pid: number }>`select pid from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`.execute(db),
    );
    return rows.length > 0;
  }

  test('whoever follows the record at one sees what was written at the other', async () => {
    const token = await service.roleToken('auditor');
    const following = await service.asRole(token, '/audit/records?follow=1');
    const reader = new LineReader<{ type: string }>(following);
    await reader.find(({ type }) => type === 'log.read');
    at = other.handle;
    await browser.openSession(await service.grant(grantInput(call, browser)));
    expect(await reader.find(({ type }) => type === 'lease.issued')).toBeDefined();
    await reader.cancel();
  });

  describe('checkpoints', () => {
    type Db = Parameters<Parameters<Store['transaction']>[0]>[0];
    const about = { tenant: TENANT, seq: 1, received_at: '', author: 'server', type: 'log.read' } as const;
    const content = { body: '{}', salt: '', body_hash: '', prev: '', hash: 'A'.repeat(43) };
    const append = (chain: string) => (db: Db) =>
      db
        .insertInto('audit')
        .values({ ...about, ...content, chain })
        .execute();
    /** In the order of their numbers. */
    const numbered = async (): Promise<string[]> => {
      await (await checkpointsOf(service)).make();
      const { records } = await fetchExport(service);
      return records.map(({ sid, type }) => sid ?? type);
    };

    test('number no record while one that settles earlier may still come, and lose neither', async () => {
      const slow = await heldTransaction(service.store);
      await other.store.transaction(append('quick'));
      await slow.write(append('slow'));
      expect(await numbered()).toEqual(['call.registered']);
      await slow.commit();
      expect(await numbered()).toEqual(['call.registered', 'slow', 'quick', 'log.read']);
    });

    test('lose no record that was written first in a transaction that settles last', async () => {
      const first = await heldTransaction(service.store);
      const second = await heldTransaction(other.store);
      await second.write(append('second'));
      await first.write(append('first'));
      await first.commit();
      expect(await numbered()).toEqual(['call.registered', 'first']);
      await second.commit();
      expect(await numbered()).toEqual(['call.registered', 'first', 'second', 'log.read']);
    });

    test('show it to whoever goes on from a record that was numbered later', async () => {
      const first = await heldTransaction(service.store);
      const second = await heldTransaction(other.store);
      await second.write(append('second'));
      await first.write(append('first'));
      await first.commit();
      const seen = await service.records();
      expect(seen.map(({ sid, type }) => sid ?? type)).toEqual(['call.registered', 'first']);
      await second.commit();
      const rest = await other.handle(
        new Request(`https://keys.example/calls/audit/records?after=${seen.at(-1)?.order}`, {
          headers: { authorization: `Bearer ${await service.roleToken('auditor')}` },
        }),
      );
      expect(await rest.text()).toContain('"sid":"second"');
    });
  });
});
