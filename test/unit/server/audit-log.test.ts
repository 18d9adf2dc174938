import { type AuditRecord, createRoleToken, firstBrokenRecord } from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser, FollowedRecord } from './browser.ts';
import { LineReader } from './line-reader.ts';
import { expectRefusal } from './refusal.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { OTHER_TENANT, PUBLIC_URL, ROLE_ISSUER } from './service-options.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let call: SyntheticCall;
let browser: Browser;
beforeEach(async () => {
  service = await TestService.start();
  call = await service.registerCall();
  browser = await service.browser();
});
afterEach(() => service.stop());

const open = async () => browser.openSession(await service.grant(grantInput(call, browser)));

/** A record without what the log adds to it. */
const plain = ({ order: _order, ...record }: FollowedRecord): AuditRecord => record;

async function follow(query = ''): Promise<LineReader<FollowedRecord>> {
  const token = await service.roleToken('auditor');
  return new LineReader(await service.asRole(token, `/audit/records?follow=1${query}`));
}

test('every chain holds, and a changed record is found', async () => {
  const session = await open();
  await browser.lease(session, { leaseSeq: 1, from: 12 });
  const events = browser.events(session);
  const { jws } = await events.sign({ type: 'player.ready', position: 0 }, new Date(), 1);
  await browser.lease(session, { leaseSeq: 2, from: 24, events: [jws] });
  const records = (await service.records()).map(plain);
  const own = records.filter(({ sid }) => sid === session.session);
  const tenants = records.filter(({ sid }) => sid === null);
  expect(own.map(({ type }) => type)).toEqual([
    'grant.redeemed',
    'lease.issued',
    'lease.issued',
    'player.ready',
    'lease.issued',
  ]);
  expect(tenants.map(({ type }) => type)).toEqual(['call.registered', 'log.read']);
  expect(await firstBrokenRecord(own)).toBeUndefined();
  expect(await firstBrokenRecord(tenants)).toBeUndefined();
  const changed = structuredClone(own);
  Object.assign(changed[3] ?? {}, { actor: 'nurse-2' });
  expect(await firstBrokenRecord(changed)).toBe(3);
});

test('the database refuses to change or delete a record', async () => {
  await open();
  const { store } = service;
  const update = store.transaction(db => db.updateTable('audit').set({ actor: 'nobody' }).execute());
  await expect(update).rejects.toThrow('append-only');
  await expect(store.transaction(db => db.deleteFrom('audit').execute())).rejects.toThrow('append-only');
});

describe('reading', () => {
  test('is recorded once per request, with who did it', async () => {
    await service.records('?after=0');
    const reads = (await service.records()).filter(({ type }) => type === 'log.read');
    expect(reads.map(({ actor, body }) => ({ actor, body }))).toEqual([
      {
        actor: 'officer-1',
        body: { name: 'Olof Ek', role: 'auditor', view: 'records', query: { after: '0' } },
      },
      { actor: 'officer-1', body: { name: 'Olof Ek', role: 'auditor', view: 'records', query: {} } },
    ]);
  });

  test('goes on after an order, by session and by call', async () => {
    const session = await open();
    const all = await service.records();
    const [first] = all;
    const rest = await service.records(`?after=${first?.order}`);
    expect(rest.slice(0, all.length - 1)).toEqual(all.slice(1));
    const own = await service.records(`?sid=${session.session}`);
    expect(own.map(({ sid }) => sid)).toEqual([session.session, session.session]);
    const other = await service.registerCall();
    const ofOther = await service.records(`?call=${other.call}`);
    expect(ofOther.map(({ type }) => type)).toEqual(['call.registered']);
  });

  test('is for officers of the tenant', async () => {
    await open();
    const path = '/audit/records';
    const anonymous = service.fetch(new Request(`${PUBLIC_URL}${path}`));
    expect((await anonymous).headers.get('www-authenticate')).toBe('Bearer');
    await expectRefusal(service.asRole(await service.roleToken('reviewer'), path), 'not_permitted');
    expect(await service.records('', OTHER_TENANT)).toMatchObject([
      { type: 'log.read', tenant: OTHER_TENANT },
    ]);
    for (const query of ['?after=x', '?follow=2', '?unknown=1', '?after=-1'])
      await expectRefusal(
        service.asRole(await service.roleToken('auditor'), path + query),
        'request_invalid',
      );
  });
});

describe('following', () => {
  test('brings what was there, then each record as it is committed', async () => {
    const log = await follow();
    expect(await log.next()).toMatchObject({ type: 'call.registered', order: 1 });
    expect(await log.next()).toMatchObject({ type: 'log.read' });
    const session = await open();
    expect(await log.next()).toMatchObject({ type: 'grant.redeemed', sid: session.session });
    expect(await log.next()).toMatchObject({ type: 'lease.issued' });
    const next = log.next();
    await browser.lease(session, { leaseSeq: 1, from: 12 });
    expect(await next).toMatchObject({ type: 'lease.issued', body: { leaseSeq: 1 } });
    await log.cancel();
  });

  test('by session brings only that session’s', async () => {
    const session = await open();
    const log = await follow(`&sid=${session.session}&after=3`);
    const next = log.next();
    await service.registerCall();
    await browser.lease(session, { leaseSeq: 1, from: 12 });
    expect(await next).toMatchObject({ sid: session.session, body: { leaseSeq: 1 } });
    await log.cancel();
  });

  test('misses and repeats nothing while many write', async () => {
    const log = await follow();
    const session = await open();
    const writing = Array.from({ length: 40 }, (_, place) =>
      browser.lease(session, { leaseSeq: place + 1, from: 0, tracks: ['peaks'] }),
    );
    const orders: number[] = [];
    const seen = new Set<number>();
    while (seen.size < 40) {
      const record = await log.find(({ type }) => type === 'lease.issued');
      orders.push(record.order);
      const { leaseSeq } = record.body as { leaseSeq: number };
      if (leaseSeq > 0) seen.add(leaseSeq);
    }
    await Promise.all(writing);
    expect(orders).toHaveLength(41);
    expect(orders).toEqual(orders.toSorted((a, b) => a - b));
    await log.cancel();
  });

  test('ends with the token', async () => {
    const issued = service.clock.now() / 1000 - 599;
    const officer = {
      iss: ROLE_ISSUER,
      aud: PUBLIC_URL,
      sub: 'officer-1',
      name: 'Olof Ek',
      role: 'auditor',
    } as const;
    const token = await createRoleToken(officer, service.keys.roleIssuer.privateJwk, issued);
    const log = new LineReader<FollowedRecord>(
      await service.asRole(token, '/audit/records?follow=1&after=2'),
    );
    expect(await log.next()).toBeUndefined();
  });

  test('ends with the service', async () => {
    const log = await follow('&after=2');
    const next = log.next();
    await service.restart();
    expect(await next).toBeUndefined();
  });
});
