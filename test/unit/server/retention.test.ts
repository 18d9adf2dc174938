import { createCallService, Retention, type RetentionReport } from '@secure-call/server';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { FollowedRecord } from './browser.ts';
import { checkpointsOf, faultIn, fetchCheckpoint, fetchExport } from './auditor.ts';
import { OTHER_TENANT, serviceOptions, tenantOptions } from './service-options.ts';
import { grantInput, TestService } from './test-service.ts';

const YEAR_SECONDS = 365.25 * 24 * 3600;

let service: TestService;
beforeEach(async () => {
  service = await TestService.start();
});
afterEach(() => service.stop());

/** Does something as many years ago, and comes back. */
async function yearsAgo<T>(years: number, work: () => Promise<T>): Promise<T> {
  service.clock.advanceSeconds(-years * YEAR_SECONDS);
  const done = await work();
  service.clock.advanceSeconds(years * YEAR_SECONDS);
  return done;
}

/** Opens a call by breaking the glass, takes a lease and is refused one. */
async function listen() {
  const call = await service.registerCall();
  const browser = await service.browser();
  const breakGlass = { reason: 'Unconscious.', notify: ['privacy'] };
  const changes = { call: { purpose: 'ETREAT', breakGlass } };
  const session = await browser.openSession(await service.grant(grantInput(call, browser, changes)));
  const events = [
    (await browser.events(session).sign({ type: 'player.ready', position: 0 }, new Date(), 0)).jws,
  ];
  await browser.lease(session, { leaseSeq: 1, from: 12, events });
  await browser.lease(session, { leaseSeq: 1, from: 100 }).catch(() => undefined);
  return { call, session };
}

const retention = (years?: number): Retention =>
  new Retention({
    store: service.store,
    tenants: tenantOptions(service.keys).map(tenant =>
      Object.assign(tenant, years === undefined ? {} : { retentionYears: years }),
    ),
    log: entry => void service.log.push(entry),
    now: () => service.clock.now(),
  });
const countOf = async (reports: Promise<RetentionReport[]>): Promise<number[]> =>
  (await reports).map(({ records }) => records);

const emptied = (record: FollowedRecord): FollowedRecord => ({ ...record, body: null, salt: null });

describe('what is older than its tenant keeps it', () => {
  test('loses body and salt, and nothing else; what is younger loses nothing', async () => {
    await yearsAgo(7, listen);
    await listen();
    const before = await service.records();
    const old = before.filter(
      ({ receivedAt }) => Date.parse(receivedAt) < service.clock.now() - 6 * YEAR_SECONDS * 1000,
    );
    expect(old.length).toBeGreaterThan(5);
    expect(await countOf(retention().run())).toEqual([old.length, 0]);
    const after = await service.records();
    expect(after.slice(0, before.length)).toEqual(
      before.map(record => (old.includes(record) ? emptied(record) : record)),
    );
  });

  test('is told as deleted in the record, once', async () => {
    await yearsAgo(7, listen);
    const [report] = await retention().run();
    expect(await countOf(retention().run())).toEqual([0, 0]);
    const done = (await service.records()).filter(({ type }) => type === 'retention.done');
    expect(done).toMatchObject([
      { sid: null, actor: null, body: { years: 6, before: report?.before, records: report?.records } },
    ]);
  });

  test('goes by the tenant: six years unless it says otherwise', async () => {
    await yearsAgo(5.5, listen);
    expect(await countOf(retention().run())).toEqual([0, 0]);
    expect(await countOf(retention(7).run())).toEqual([0, 0]);
    const [own = 0, other] = await countOf(retention(5).run());
    expect(own).toBeGreaterThan(5);
    expect(other).toBe(0);
  });

  test('is counted in a log that holds, under checkpoints from before and after', async () => {
    await yearsAgo(7, listen);
    await (await checkpointsOf(service)).make();
    const earlier = await fetchCheckpoint(service);
    const [deleted = 0] = await countOf(retention().run());
    await (await checkpointsOf(service)).make();
    const later = await fetchCheckpoint(service);
    expect(later.size).toBeGreaterThan(earlier.size);
    const { records } = await fetchExport(service);
    expect(await faultIn(records, [earlier, later])).toBeUndefined();
    expect(records.filter(({ salt }) => salt === null)).toHaveLength(deleted);
  });

  test('goes in batches', async () => {
    const about = { tenant: OTHER_TENANT, chain: 'long', author: 'server', type: 'log.read' } as const;
    const received_at = new Date(service.clock.now() - 7 * YEAR_SECONDS * 1000).toISOString();
    const content = { body: '{}', salt: '', body_hash: '', prev: '', hash: 'A'.repeat(43), received_at };
    const values = Array.from({ length: 1200 }, (_, at) => ({ ...about, ...content, seq: at + 1 }));
    for (let at = 0; at < values.length; at += 600)
      await service.store.transaction(db =>
        db
          .insertInto('audit')
          .values(values.slice(at, at + 600))
          .execute(),
      );
    expect(await countOf(retention().run())).toEqual([0, 1200]);
    const done = await service.store.read(db =>
      db
        .selectFrom('audit')
        .select('body')
        .where('tenant', '=', OTHER_TENANT)
        .where('type', '=', 'retention.done')
        .orderBy('seq')
        .execute(),
    );
    const told = done.map(({ body }) => JSON.parse(body ?? '') as { records: number });
    expect(told.map(({ records }) => records)).toEqual([1000, 200]);
  });

  test('is deleted once when two services do it at a time', async () => {
    await yearsAgo(7, listen);
    const both = await Promise.all([retention().run(), retention().run()]);
    const total = both.flat().reduce((sum, { records }) => sum + records, 0);
    const gone = (await service.records()).filter(({ salt }) => salt === null);
    expect(gone).toHaveLength(total);
    expect(await faultInLog()).toBeUndefined();
  });

  async function faultInLog() {
    await (await checkpointsOf(service)).make();
    return faultIn((await fetchExport(service)).records, []);
  }
});

describe('whoever looks at the record afterwards', () => {
  const ask = async (path: string, role: 'privacy' | 'reviewer' = 'privacy') =>
    (await service.asRole(await service.roleToken(role), path)).json() as Promise<Record<string, unknown[]>>;

  test('sees who, which call and when, and that the rest is deleted', async () => {
    const startedAt = await yearsAgo(7, () => Promise.resolve(new Date(service.clock.now()).toISOString()));
    const { call, session } = await yearsAgo(7, listen);
    const { accesses: before } = await ask(`/calls/${call.call}/accesses`);
    expect(before).toMatchObject([{ deleted: false, emergency: true, name: 'Anna Lind' }]);
    await retention().run();
    const { accesses } = await ask(`/calls/${call.call}/accesses`);
    expect(accesses).toMatchObject([
      { deleted: true, sid: session.session, person: 'nurse-1', name: '', unlockedSeconds: 0, endedAt: null },
    ]);
    expect(accesses).toMatchObject([{ startedAt }]);
    const own = await service.asRole(await service.patientToken('pseudonym-17'), '/patients/me/accesses');
    expect(await own.json()).toMatchObject({ accesses: [{ call: call.call, deleted: true }] });
  });

  test('finds it neither in the review queue nor as FHIR, and everything else still', async () => {
    await yearsAgo(7, listen);
    await yearsAgo(7, () => service.records());
    await retention().run();
    expect((await ask('/reviews', 'reviewer'))['reviews']).toEqual([]);
    expect((await ask('/reviews?reason=emergency', 'reviewer'))['reviews']).toEqual([]);
    const events = await ask('/fhir/AuditEvent?date=lt2024-01-01');
    expect(events['entry']).toEqual([]);
    await listen();
    expect((await ask('/reviews', 'reviewer'))['reviews']).toHaveLength(1);
    expect((await ask('/fhir/AuditEvent'))['entry']?.length).toBeGreaterThan(1);
  });
});

describe('the time for which a tenant keeps its record', () => {
  test.each([4, 0, -1, 5.5, Number.NaN])('is a whole number from five years on, not %d', years => {
    expect(() => retention(years)).toThrow(expect.objectContaining({ code: 'configuration_invalid' }));
  });

  test('is checked when the service is made', () => {
    const [tenant] = tenantOptions(service.keys);
    const tenants = tenant ? [{ ...tenant, retentionYears: 4 }] : [];
    const make = () => createCallService({ ...serviceOptions(service.keys, service.store), tenants });
    expect(make).toThrow('at least 5');
  });
});

test('while the service runs it is done at once, and a failure is told', async () => {
  await yearsAgo(7, listen);
  const stop = new AbortController();
  const failing = new Retention({
    store: {
      ...service.store,
      rowTransaction: () => Promise.reject(new Error('disk I/O error at secret-path')),
    },
    tenants: tenantOptions(service.keys),
    log: entry => {
      service.log.push(entry);
      stop.abort();
    },
  });
  service.log.length = 0;
  await failing.keep(stop.signal);
  expect(service.log).toEqual([{ event: 'retention.failed', code: 'audit_unavailable', error: 'Error' }]);
  expect((await service.records()).every(({ salt }) => salt !== null)).toBe(true);
});
