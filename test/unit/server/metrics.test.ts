import type { PushMessage } from '@secure-call/protocol';
import { createMetricsHandler, ServiceMetrics } from '@secure-call/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LineReader } from './line-reader.ts';
import { type PrometheusText, readPrometheusText } from './prometheus-text.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let handle: (request: Request) => Promise<Response>;
beforeEach(async () => {
  const metrics = new ServiceMetrics();
  handle = createMetricsHandler(metrics);
  service = await TestService.start({ metrics });
});
afterEach(() => service.stop());

const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
  handle(new Request(`http://127.0.0.1:8789${path}`, init));

const read = async (): Promise<PrometheusText> => readPrometheusText(await (await ask('/metrics')).text());

async function openSession() {
  const call = await service.registerCall();
  const browser = await service.browser();
  return { browser, session: await browser.openSession(await service.grant(grantInput(call, browser))) };
}

test('counts what stands in the record, and what was refused', async () => {
  const { browser, session } = await openSession();
  const lease = { leaseSeq: 1, from: 12 };
  await browser.lease(session, lease);
  await browser.lease(session, lease);
  await expect(browser.lease(session, { leaseSeq: 1, from: 50 })).rejects.toThrow('lease_conflict');
  await service.asRole(await service.roleToken('privacy'), '/revocations', { session: session.session });
  await service.asRole('no token', '/audit/records');
  const { samples } = await read();
  expect(Object.fromEntries(samples)).toMatchObject({
    secure_call_sessions_opened_total: 1,
    // The repeated one was neither charged nor recorded again.
    secure_call_leases_issued_total: 2,
    secure_call_sessions_revoked_total: 1,
    'secure_call_refusals_total{code="lease_conflict"}': 1,
    'secure_call_refusals_total{code="token_invalid"}': 1,
    'secure_call_refusals_total{code="grant_used"}': 0,
  });
});

test('an open stream is counted until it ends', async () => {
  const { browser, session } = await openSession();
  const stream = await browser.prove(`/sessions/${session.session}/stream`, {});
  const lines = new LineReader<PushMessage>(stream);
  await lines.next();
  expect((await read()).samples.get('secure_call_open_streams')).toBe(1);
  await lines.cancel();
  expect((await read()).samples.get('secure_call_open_streams')).toBe(0);
});

test('every transaction is in the histogram, whose buckets grow', async () => {
  await service.fetch(new Request('https://keys.example/calls/readyz'));
  const { samples, types } = await read();
  expect(types.get('secure_call_commit_duration_seconds')).toBe('histogram');
  const buckets = [...samples].filter(([name]) => name.includes('_bucket')).map(([, count]) => count);
  expect(buckets).toEqual(buckets.toSorted((one, other) => one - other));
  expect(buckets.at(-1)).toBe(1);
  expect(samples.get('secure_call_commit_duration_seconds_count')).toBe(1);
  expect(samples.get('secure_call_commit_duration_seconds_sum')).toBeGreaterThan(0);
});

test('there is no label but a code and a bound', async () => {
  await openSession();
  expect([...(await read()).labels].toSorted()).toEqual(['code', 'le']);
});

test('the answer is of the text format, kept by no cache and readable for no page', async () => {
  const { status, headers } = await ask('/metrics');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-store');
  expect(headers.has('access-control-allow-origin')).toBe(false);
});

test('browsers, other addresses and other methods get nothing', async () => {
  expect((await ask('/metrics', { headers: { origin: 'https://evil.example' } })).status).toBe(403);
  expect((await ask('/metrics', { headers: { 'sec-fetch-site': 'none' } })).status).toBe(403);
  expect((await ask('/')).status).toBe(404);
  expect((await ask('/metrics', { method: 'POST' })).status).toBe(405);
});

test('the service itself has no such address', async () => {
  expect((await service.fetch(new Request('https://keys.example/calls/metrics'))).status).toBe(404);
});
