import { randomUUID } from 'node:crypto';
import type { GrantInput, PushMessage, SessionAnswer } from '@secure-call/protocol';
import { ServiceMetrics } from '@secure-call/server';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Browser } from './browser.ts';
import { LineReader } from './line-reader.ts';
import { PUBLIC_URL, TENANT } from './service-options.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let metrics: ServiceMetrics;
beforeEach(async () => {
  metrics = new ServiceMetrics();
  service = await TestService.start({ metrics });
});
afterEach(() => service.stop());

/** A word that stands nowhere by chance. */
const secret = (what: string): string => `${what}-${randomUUID()}`;

const names = {
  sub: secret('listener'),
  name: secret('Åsa Öberg'),
  patient: secret('patient'),
  unit: secret('unit'),
  unitName: secret('Advice line'),
  relation: secret('relation'),
  note: secret('note'),
  reason: secret('emergency'),
  notify: secret('notified'),
  revocation: secret('revocation'),
};

const tellingGrant = (call: SyntheticCall, browser: Browser): GrantInput =>
  grantInput(call, browser, {
    sub: names.sub,
    name: names.name,
    call: {
      patient: names.patient,
      unit: { id: names.unit, name: names.unitName },
      purpose: 'ETREAT',
      relation: names.relation,
      note: names.note,
      breakGlass: { reason: names.reason, notify: [names.notify] },
    },
  });

/** Listens, is revoked, and tries once more. @returns the secrets that came up */
async function listen(browser: Browser, session: SessionAnswer): Promise<string[]> {
  const { jws } = await browser.events(session).sign({ type: 'player.ready', position: 0 }, new Date(), 0);
  const lease = await browser.lease(session, { leaseSeq: 1, from: 12, events: [jws] });
  await new LineReader<PushMessage>(await browser.prove(`/sessions/${session.session}/stream`, {})).next();
  await expect(browser.lease(session, { leaseSeq: 1, from: 50 })).rejects.toThrow('lease_conflict');
  const privacy = await service.roleToken('privacy');
  await service.asRole(privacy, '/revocations', { person: names.sub, reason: names.revocation });
  await expect(browser.lease(session, { leaseSeq: 2, from: 24 })).rejects.toThrow('session_revoked');
  return [
    jws,
    privacy,
    browser.nonce,
    ...[...session.lease.keys, ...lease.keys].map(({ wrapped }) => wrapped),
  ];
}

/** Is refused at every door, with what must not be told. @returns the secrets that came up */
async function knock(browser: Browser, grant: string, input: GrantInput): Promise<string[]> {
  await expect((await service.browser()).openSession(grant)).rejects.toThrow('proof_invalid');
  const misdirected = await service.grant({ ...input, aud: secret('audience') });
  await expect(browser.openSession(misdirected)).rejects.toThrow('grant_invalid');
  await browser.send(`/sessions/${names.name}/leases`, names.name);
  await browser.send(`/${names.patient}`, names.patient);
  await service.register(names.note);
  const auditor = await service.roleToken('auditor');
  await service.asRole(auditor, '/revocations', { person: names.sub, reason: names.revocation });
  return [misdirected, auditor];
}

test('a whole session leaves nothing of a person, call, session, key or token in log and metrics', async () => {
  const call = await service.registerCall();
  const browser = await service.browser();
  const input = tellingGrant(call, browser);
  const grant = await service.grant(input);
  const session = await browser.openSession(grant);
  const tokens = [grant, ...(await listen(browser, session)), ...(await knock(browser, grant, input))];
  const ids = [
    call.call,
    call.packageId,
    session.session,
    session.epk,
    browser.device.jkt,
    TENANT,
    PUBLIC_URL,
  ];
  const { watermark } = session;
  const told = [
    ...Object.values(names),
    ...ids,
    ...tokens.flatMap(token => token.split('.')),
    watermark.key,
    String(watermark.id),
  ];
  expect(service.log.length).toBeGreaterThanOrEqual(8);
  const written = JSON.stringify(service.log) + metrics.text();
  expect(told.filter(text => written.includes(text))).toEqual([]);
});
