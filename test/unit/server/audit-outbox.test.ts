import type { AuditEvent } from 'fhir/r4.js';
import {
  AuditOutbox,
  type AuditOutboxOptions,
  createMetricsHandler,
  type LogEntry,
  ServiceMetrics,
} from '@secure-call/server';
import { afterEach, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import type { AuditEventBatch } from '../../../packages/server/src/fhir-types.ts';
import type { Bundle } from 'fhir/r4.js';
import { AuditServer, type Mood } from '../../support/audit-server.ts';
import { until } from '../../support/until.ts';
import type { Browser } from './browser.ts';
import { problemOf } from './refusal.ts';
import { readPrometheusText } from './prometheus-text.ts';
import { OTHER_TENANT, PUBLIC_URL, TENANT, tenantOptions } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, PATIENT_SUB, TestService } from './test-service.ts';

const TOKEN = 'a-token-that-must-not-be-told';

let service: TestService;
let repository: AuditServer;
let call: SyntheticCall;
let browser: Browser;
let metrics: ServiceMetrics;
/** What outboxes wrote for their operator. */
let log: LogEntry[];
beforeEach(async () => {
  service = await TestService.start();
  repository = await AuditServer.start();
  call = await service.registerCall();
  browser = await service.browser();
  metrics = new ServiceMetrics();
  log = [];
});
afterEach(async () => {
  await repository.stop();
  await service.stop();
});

type Repository = NonNullable<AuditOutboxOptions['tenants'][number]['auditRepository']>;

/** An outbox of the first tenant. */
function outboxOf(changes: Partial<AuditOutboxOptions> = {}, to: Partial<Repository> = {}): AuditOutbox {
  const auditRepository: Repository = {
    url: repository.url,
    credential: () => Promise.resolve({ authorization: `Bearer ${TOKEN}` }),
    ...to,
  };
  return new AuditOutbox({
    store: service.store,
    publicUrl: PUBLIC_URL,
    tenants: tenantOptions(service.keys).map(tenant =>
      Object.assign(tenant, tenant.id === TENANT ? { auditRepository } : {}),
    ),
    metrics,
    log: entry => void log.push(entry),
    now: () => service.clock.now(),
    ...changes,
  });
}

const open = async (changes: Parameters<typeof grantInput>[2] = {}) =>
  browser.openSession(await service.grant(grantInput(call, browser, changes)));
const close = ({ session }: { readonly session: string }) =>
  browser.prove(`/sessions/${session}`, {}, 'DELETE');

/** A grant that is refused, and so an event at once. */
async function refuse(): Promise<void> {
  const late = await service.grant(grantInput(call, browser));
  service.clock.advanceSeconds(61);
  await problemOf(browser.openSession(late));
}

/** Records settle when whatever else the database does has ended: delivers until so many were taken. */
async function deliver(outbox: AuditOutbox, count: number): Promise<void> {
  await until(
    async () => {
      expect(await outbox.deliver()).toBe(true);
      return repository.taken.length >= count;
    },
    20_000,
    () => `${count} events, of which ${repository.taken.length} came`,
  );
  expect(repository.taken).toHaveLength(count);
}

/** Lets it fail once. */
async function fail(outbox: AuditOutbox): Promise<void> {
  await until(
    async () => !(await outbox.deliver()),
    20_000,
    () => 'a delivery that fails',
  );
}

const metric = async (name: string): Promise<number | undefined> => {
  const answer = await createMetricsHandler(metrics)(new Request('http://127.0.0.1/metrics'));
  return readPrometheusText(await answer.text()).samples.get(name);
};

const codesOf = ({ type, subtype, outcome }: AuditEvent): string[] => [
  type.code ?? '',
  subtype?.[0]?.code ?? '',
  outcome ?? '',
];

test('what is sent is FHIR R4 by its types', () => {
  expectTypeOf<AuditEventBatch>().toExtend<Bundle<AuditEvent>>();
});

describe('a repository is told', () => {
  test('of refusals, emergencies and readings at once, and of a session at its end, in the order of the record', async () => {
    const breakGlass = { reason: 'Child found unconscious', notify: [] };
    const session = await open({ call: { purpose: 'ETREAT', breakGlass } });
    await service.records();
    await refuse();
    const outbox = outboxOf();
    await deliver(outbox, 3);
    await close(session);
    await deliver(outbox, 4);
    expect(repository.taken.map(codesOf)).toEqual([
      ['110113', '110127', '0'],
      ['110101', '', '0'],
      ['110113', 'AuthZ-Role', '8'],
      ['rest', 'read', '0'],
    ]);
    expect(repository.taken.at(-1)?.period?.end).toBe(new Date(service.clock.now()).toISOString());
  });

  test('by a batch at its base, with the credential, and where each event is known', async () => {
    await refuse();
    await deliver(outboxOf(), 1);
    const [only, ...others] = repository.posted;
    if (!only) throw new Error('Nothing was posted.');
    const { method, url, headers, bundle } = only;
    expect(others).toEqual([]);
    expect([method, url]).toEqual(['POST', '/fhir']);
    expect(headers).toMatchObject({
      authorization: `Bearer ${TOKEN}`,
      'content-type': 'application/fhir+json',
      prefer: 'return=minimal',
    });
    expect(bundle).toMatchObject({ resourceType: 'Bundle', type: 'batch' });
    const [entry] = bundle.entry ?? [];
    const source = `${PUBLIC_URL}/fhir/AuditEvent/${entry?.resource?.id}`;
    expect(entry).toMatchObject({
      fullUrl: source,
      resource: { meta: { source } },
      request: { method: 'POST', url: 'AuditEvent' },
    });
  });

  test('of the same event that a search finds', async () => {
    await close(await open());
    await deliver(outboxOf(), 1);
    const answer = await service.asRole(await service.roleToken('auditor'), '/fhir/AuditEvent');
    const found = ((await answer.json()) as Bundle<AuditEvent>).entry?.map(({ resource }) => resource);
    const [told] = repository.taken;
    if (!told) throw new Error('Nothing was taken.');
    const { meta, ...event } = told;
    const { source: _source, ...profiles } = meta ?? {};
    expect(found).toContainEqual({ ...event, meta: profiles });
  });

  test('of a session that nobody ended, once no more can be reported of it', async () => {
    await open({ call: { maxSessionSeconds: 60 } });
    const outbox = outboxOf();
    service.clock.advanceSeconds(60 + 599);
    expect(await outbox.deliver()).toBe(true);
    expect(repository.taken).toEqual([]);
    service.clock.advanceSeconds(1);
    const end = new Date(service.clock.now() - 600_000).toISOString();
    await deliver(outbox, 1);
    expect(repository.taken[0]?.period?.end).toBe(end);
    expect((await service.records()).filter(({ type }) => type === 'session.expired')).toHaveLength(1);
  });

  test('of nothing of another tenant, and of no pseudonym and no personal number', async () => {
    await service.asRole(await service.patientToken('pseudonym-17'), '/patients/me/accesses');
    await service.records('', OTHER_TENANT);
    await close(await open());
    await deliver(outboxOf(), 2);
    const text = JSON.stringify(repository.posted);
    for (const secret of ['pseudonym-17', PATIENT_SUB, 'Tolvan']) expect(text).not.toContain(secret);
  });

  test('of more than goes into one batch, each once', async () => {
    for (let count = 0; count < 120; count += 1) await service.records('?after=0');
    await deliver(outboxOf(), 120);
    expect(new Set(repository.sources).size).toBe(120);
    expect(repository.posted.length).toBeGreaterThanOrEqual(3);
    const ids = repository.taken.map(({ id }) => Number(id));
    expect(ids).toEqual(ids.toSorted((a, b) => a - b));
  });
});

test('what was delivered is not sent again, by a service that starts anew either', async () => {
  await refuse();
  await deliver(outboxOf(), 1);
  await service.restart();
  const outbox = outboxOf();
  expect(await outbox.deliver()).toBe(true);
  await refuse();
  await deliver(outbox, 2);
  expect(new Set(repository.sources).size).toBe(2);
});

describe('a repository that', () => {
  test.each<[string, Mood, string, number?]>([
    ['refuses the credential', 401, 'repository_refused', 401],
    ['refuses the batch', 422, 'repository_refused', 422],
    ['is out of order', 500, 'repository_refused', 500],
    ['asks for patience', 503, 'repository_refused', 503],
    ['breaks the connection', 'breaks', 'repository_unreachable'],
    ['shows a login page', 'login page', 'repository_unclear', 200],
    ['leaves an event out of its answer', 'short', 'repository_unclear', 200],
    ['answers without an end', 'huge', 'repository_unclear'],
    ['has moved', 'moved', 'repository_unreachable'],
    ['does not answer', 'silent', 'repository_unreachable'],
  ])('%s gets it again, and the operator is told why', async (_, mood, code, status) => {
    await refuse();
    const outbox = outboxOf({}, { timeoutSeconds: mood === 'silent' ? 0.2 : 5 });
    repository.mood = mood;
    await fail(outbox);
    expect(log).toEqual([{ event: 'delivery.failed', code, ...(status === undefined ? {} : { status }) }]);
    expect(await metric('secure_call_audit_delivery_failures_total')).toBe(1);
    service.clock.advanceSeconds(90);
    expect(await metric('secure_call_audit_delivery_lag_seconds')).toBeGreaterThanOrEqual(90);
    const before = repository.taken.length;
    repository.mood = 'works';
    await deliver(outbox, before + 1);
    expect(new Set(repository.sources).size).toBe(1);
    expect(await metric('secure_call_audit_delivery_lag_seconds')).toBe(0);
    expect(await metric('secure_call_audit_events_delivered_total')).toBe(1);
  });

  test('is gone, and comes back, gets what happened meanwhile', async () => {
    const { port } = repository;
    const outbox = outboxOf();
    await repository.stop();
    await refuse();
    await fail(outbox);
    await refuse();
    repository = await AuditServer.start(port);
    await deliver(outbox, 2);
    expect(log).toMatchObject([{ code: 'repository_unreachable' }]);
  });

  test('does not take one event gets those before it once, and those behind it when it takes it', async () => {
    await refuse();
    await service.records();
    await refuse();
    const outbox = outboxOf();
    repository.judge = ({ type }) => (type.code === '110101' ? 422 : 201);
    await until(
      async () => !(await outbox.deliver()) && repository.posted.at(-1)?.bundle.entry?.length === 2,
      20_000,
      () => 'a batch that begins with the event that is not taken',
    );
    expect(log.at(-1)).toEqual({ event: 'delivery.failed', code: 'event_refused', status: 422 });
    repository.judge = () => 201;
    repository.taken.length = 0;
    await deliver(outbox, 2);
    expect(repository.taken.map(({ type }) => type.code)).toEqual(['110101', '110113']);
  });

  test('took a batch whose answer was lost gets the same events again: none is missing', async () => {
    await refuse();
    const lost = new AbortController();
    repository.onRequest = () => Promise.resolve(lost.abort());
    await until(
      async () => {
        await outboxOf().deliver(lost.signal);
        return lost.signal.aborted;
      },
      20_000,
      () => 'a request',
    );
    await until(
      () => repository.taken.length === 1,
      20_000,
      () => 'the first one',
    );
    await deliver(outboxOf(), 2);
    expect(new Set(repository.sources).size).toBe(1);
  });
});

test('no lease waits for a repository that hangs', async () => {
  const session = await open();
  await refuse();
  repository.mood = 'silent';
  const stop = new AbortController();
  const kept = outboxOf({ everySeconds: 0.01 }).keep(stop.signal);
  await until(
    () => repository.posted.length > 0,
    20_000,
    () => 'a request',
  );
  expect(await browser.lease(session, { leaseSeq: 1, from: 12 })).toMatchObject({ to: 24 });
  stop.abort();
  await kept;
  repository.mood = 'works';
  await deliver(outboxOf(), 1);
});

test('is kept up, and rests longer after each failure', async () => {
  await refuse();
  repository.mood = 500;
  const stop = new AbortController();
  const outbox = outboxOf({ everySeconds: 0.01, longestPauseSeconds: 0.05 });
  const kept = outbox.keep(stop.signal);
  await until(
    () => repository.posted.length >= 4,
    20_000,
    () => 'four attempts',
  );
  repository.mood = 'works';
  await until(
    () => repository.taken.length === 1,
    20_000,
    () => 'the event',
  );
  await refuse();
  await until(
    () => repository.taken.length === 2,
    20_000,
    () => 'the next event',
  );
  stop.abort();
  await kept;
  expect(new Set(repository.sources).size).toBe(2);
});

describe('of two services on a database', () => {
  test('each event is delivered once', async () => {
    const other = await service.join();
    const stop = new AbortController();
    const kept = [service.store, other.store].map(store =>
      outboxOf({ store, everySeconds: 0.001 }).keep(stop.signal),
    );
    for (let count = 0; count < 60; count += 1) await service.records('?after=0');
    await until(
      () => repository.taken.length >= 60,
      30_000,
      () => 'all events',
    );
    stop.abort();
    await Promise.all(kept);
    other.stop.abort();
    await other.store.close();
    expect(repository.sources).toHaveLength(60);
    expect(new Set(repository.sources).size).toBe(60);
  });

  test('one goes on two minutes after the other was killed in the middle', async () => {
    await refuse();
    repository.mood = 'silent';
    const killed = outboxOf();
    let over = false;
    const dying = killed.deliver().then(() => (over = true));
    await until(
      () => repository.posted.length > 0,
      20_000,
      () => 'a request',
    );
    const next = outboxOf();
    repository.mood = 'works';
    expect(await next.deliver()).toBe(true);
    expect(repository.taken).toEqual([]);
    service.clock.advanceSeconds(121);
    await deliver(next, 1);
    expect(over).toBe(false);
    // What comes to life again does not count what is not its own any more.
    await repository.stop();
    await dying;
    repository = await AuditServer.start(repository.port);
    expect(await next.deliver()).toBe(true);
    expect(repository.taken).toEqual([]);
  });
});

describe('an address', () => {
  test.each(['http://audit.example/fhir', 'ftp://localhost/fhir', 'audit.example'])(
    'like %s is refused at the start',
    url => {
      expect(() => outboxOf({}, { url })).toThrow('https://');
    },
  );

  test('with TLS is not refused, nor one of the same machine', () => {
    for (const url of ['https://audit.example/fhir', 'http://localhost:8080/fhir', 'http://127.0.0.1/fhir'])
      expect(() => outboxOf({}, { url })).not.toThrow();
  });
});

test('a credential that cannot be read is told without its words, and nothing is sent', async () => {
  await refuse();
  const outbox = outboxOf({}, { credential: () => Promise.reject(new Error(TOKEN)) });
  await fail(outbox);
  expect(log).toEqual([{ event: 'delivery.failed', code: 'credential_unreadable' }]);
  expect(repository.posted).toEqual([]);
});
