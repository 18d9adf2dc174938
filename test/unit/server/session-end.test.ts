import {
  parse,
  proveRequest,
  type PushMessage,
  pushMessageSchema,
  type SessionAnswer,
} from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser, FollowedRecord } from './browser.ts';
import { LineReader } from './line-reader.ts';
import { expectRefusal, problemOf } from './refusal.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { OTHER_TENANT, PUBLIC_URL } from './service-options.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let call: SyntheticCall;
beforeEach(async () => {
  service = await TestService.start();
  call = await service.registerCall();
});
afterEach(() => service.stop());

interface Listening {
  readonly browser: Browser;
  readonly session: SessionAnswer;
}

async function listen(changes: Parameters<typeof grantInput>[2] = {}, of = call): Promise<Listening> {
  const browser = await service.browser();
  const session = await browser.openSession(await service.grant(grantInput(of, browser, changes)));
  return { browser, session };
}

async function stream({ browser, session }: Listening): Promise<LineReader<PushMessage>> {
  const response = await browser.prove(`/sessions/${session.session}/stream`, {});
  if (!response.ok) throw new Error(await response.text());
  return new LineReader(response);
}

async function records({ session }: Listening, type: string): Promise<FollowedRecord[]> {
  return (await service.records(`?sid=${session.session}`)).filter(record => record.type === type);
}

async function revoke(body: unknown): Promise<unknown> {
  const response = await service.asRole(await service.roleToken('privacy'), '/revocations', body);
  expect(response.status).toBe(200);
  return response.json();
}

const refusalOfLease = async ({ browser, session }: Listening): Promise<string> =>
  (await problemOf(browser.lease(session, { leaseSeq: 7, from: 12 }))).code;

describe('revoking', () => {
  test.each([
    ['session', ({ session }: Listening) => ({ session: session.session })],
    ['person', () => ({ person: 'nurse-1' })],
    ['call', ({ session }: Listening) => ({ call: session.call })],
    ['unit', () => ({ unit: 'unit-1' })],
  ])('by %s ends what matches, and nothing else', async (scope, bodyOf) => {
    const target = await listen();
    const otherCall = await service.registerCall();
    const unit = { id: 'unit-2', name: 'Another unit' };
    const bystander = await listen({ sub: 'nurse-2', call: { unit } }, otherCall);
    expect(await revoke({ ...bodyOf(target), reason: 'Not on duty.' })).toEqual({ revoked: 1 });
    expect(await refusalOfLease(target)).toBe('session_revoked');
    const answer = await bystander.browser.lease(bystander.session, { leaseSeq: 1, from: 12 });
    expect(answer).toMatchObject({ to: 24, epoch: 1 });
    const [record] = await records(target, 'session.revoked');
    expect(record?.body).toEqual({ by: 'officer-1', name: 'Olof Ek', scope, reason: 'Not on duty.' });
    expect(record?.actor).toBe('nurse-1');
  });

  test('arrives at every open stream at once, and ends it', async () => {
    const [first, second] = [await listen(), await listen()];
    const streams = await Promise.all([stream(first), stream(first), stream(second)]);
    for (const open of streams) expect(await open.next()).toMatchObject({ type: 'epoch', epoch: 0 });
    const told = Promise.all(streams.map(open => open.next()));
    await revoke({ person: 'nurse-1' });
    for (const message of await told)
      expect(parse(pushMessageSchema, message, 'push')).toMatchObject({ type: 'revoked' });
    for (const open of streams) expect(await open.next()).toBeUndefined();
  });

  test('again changes nothing', async () => {
    const target = await listen();
    await revoke({ person: 'nurse-1' });
    expect(await revoke({ person: 'nurse-1' })).toEqual({ revoked: 0 });
    expect(await records(target, 'session.revoked')).toHaveLength(1);
    expect(await refusalOfLease(target)).toBe('session_revoked');
    const again = target.browser.prove(`/sessions/${target.session.session}/stream`, {});
    await expectRefusal(again, 'session_revoked');
  });

  test('a lost answer does not bring a revoked session back', async () => {
    const browser = await service.browser();
    const grant = await service.grant(grantInput(call, browser));
    await browser.openSession(grant);
    await revoke({ call: call.call });
    expect(await problemOf(browser.openSession(grant))).toMatchObject({ code: 'session_revoked' });
  });

  test('needs the role and the tenant', async () => {
    const target = await listen();
    const body = { person: 'nurse-1' };
    await expectRefusal(service.asRole('', '/revocations', body), 'token_invalid');
    await expectRefusal(service.asRole('a.b.c', '/revocations', body), 'token_invalid');
    const auditor = await service.roleToken('auditor');
    await expectRefusal(service.asRole(auditor, '/revocations', body), 'not_permitted');
    const grant = await service.grant(grantInput(call, target.browser));
    await expectRefusal(service.asRole(grant, '/revocations', body), 'token_invalid');
    const elsewhere = await service.roleToken('privacy', OTHER_TENANT);
    expect(await (await service.asRole(elsewhere, '/revocations', body)).json()).toEqual({ revoked: 0 });
    const old = await service.roleToken('privacy');
    expect(await target.browser.lease(target.session, { leaseSeq: 1, from: 12 })).toHaveProperty('keys');
    service.clock.advanceSeconds(601);
    await expectRefusal(service.asRole(old, '/revocations', body), 'token_invalid');
  });

  test('takes a token as RFC 6750 has it, and nothing beside it', async () => {
    const token = await service.roleToken('privacy');
    const ask = (authorization: string): Promise<Response> =>
      service.fetch(new Request(`${PUBLIC_URL}/audit/records`, { headers: { authorization } }));
    for (const header of [`Basic Bearer ${token}`, `Bearer ${token} more`, `Bearer ${token}, x`, token])
      await expectRefusal(ask(header), 'token_invalid');
    for (const header of [`Bearer ${token}`, `bearer ${token}`]) expect((await ask(header)).status).toBe(200);
  });

  test('takes exactly one scope', async () => {
    const token = await service.roleToken('privacy');
    for (const body of [{}, { person: 'a', unit: 'b' }, { person: '' }, { session: 'short' }, []])
      await expectRefusal(service.asRole(token, '/revocations', body), 'request_invalid');
    for (const body of [{}, { user: 'nurse-1' }, { person: 'a', unit: 'b' }]) {
      const refusal = await expectRefusal(service.asRole(token, '/revocations', body), 'request_invalid');
      expect(refusal.message).toBe('Name one of session, person, call, unit.');
    }
  });
});

describe('closing', () => {
  const close = ({ browser, session }: Listening): Promise<Response> =>
    browser.prove(`/sessions/${session.session}`, {}, 'DELETE');

  test('ends session and streams, once', async () => {
    const listening = await listen();
    const open = await stream(listening);
    await open.next();
    expect((await close(listening)).status).toBe(204);
    expect(await open.next()).toBeUndefined();
    expect((await close(listening)).status).toBe(204);
    expect(await records(listening, 'session.closed')).toHaveLength(1);
    expect(await refusalOfLease(listening)).toBe('session_expired');
  });

  test('needs the session’s browser and a proof for this method', async () => {
    const listening = await listen();
    const thief = { browser: await service.browser(), session: listening.session };
    thief.browser.nonce = listening.browser.nonce;
    await expectRefusal(close(thief), 'proof_invalid');
    const path = `/sessions/${listening.session.session}`;
    let sent = '';
    const captured = listening.browser.with({
      fetch: async request => {
        sent = await request.text();
        return new Response();
      },
    });
    captured.nonce = listening.browser.nonce;
    await captured.prove(path, {});
    await expectRefusal(listening.browser.send(path, sent, 'DELETE'), 'proof_invalid');
    expect(await records(listening, 'session.closed')).toHaveLength(0);
  });
});

test.each([
  ['a stream', 'POST', '/stream'],
  ['closing', 'DELETE', ''],
] as const)('a proof for %s is used once', async (_, method, below) => {
  const { browser, session } = await listen();
  const path = `/sessions/${session.session}${below}`;
  const proof = { htu: `${PUBLIC_URL}${path}`, method, payload: '{}', nonce: session.nonce };
  const body = await proveRequest(browser.device, proof);
  const first = await browser.send(path, body, method);
  expect(first.ok).toBe(true);
  await first.body?.cancel();
  await expectRefusal(browser.send(path, body, method), 'proof_invalid');
});

describe('its time', () => {
  test('ends it at the next request, and in the record at the time it was over', async () => {
    const listening = await listen({ call: { maxSessionSeconds: 60 } });
    service.clock.advanceSeconds(59);
    await listening.browser.lease(listening.session, { leaseSeq: 1, from: 12 });
    service.clock.advanceSeconds(1);
    expect(await refusalOfLease(listening)).toBe('session_expired');
    expect(await refusalOfLease(listening)).toBe('session_expired');
    expect(await records(listening, 'session.expired')).toHaveLength(1);
  });

  test('is pushed when it comes', async () => {
    const listening = await listen({ call: { maxSessionSeconds: 1 } });
    const open = await stream(listening);
    expect(await open.next()).toMatchObject({ type: 'epoch' });
    service.clock.advanceSeconds(1);
    expect(await open.find(({ type }) => type !== 'epoch')).toMatchObject({ type: 'expired' });
    expect(await open.next()).toBeUndefined();
  });
});

describe('erasing a call', () => {
  const erase = async (tenant?: typeof OTHER_TENANT): Promise<Response> =>
    service.asRole(await service.roleToken('privacy', tenant), `/calls/${call.call}`, undefined, 'DELETE');

  test('destroys its keys, ends its sessions and keeps the record', async () => {
    const listening = await listen();
    const open = await stream(listening);
    await open.next();
    expect((await erase()).status).toBe(204);
    expect(await open.next()).toMatchObject({ type: 'erased' });
    expect(await refusalOfLease(listening)).toBe('call_erased');
    const { browser } = listening;
    const grant = await service.grant(grantInput(call, browser));
    expect(await problemOf(browser.openSession(grant))).toMatchObject({ code: 'call_erased', status: 410 });
    const rows = await service.store.read(db => db.selectFrom('call').selectAll().execute());
    expect(rows).toMatchObject([{ call: call.call, jwe: null }]);
    const erased = (await service.records(`?call=${call.call}`)).filter(({ type }) => type === 'call.erased');
    expect(erased).toMatchObject([{ actor: 'officer-1', body: { by: 'officer-1', name: 'Olof Ek' } }]);
    await expectRefusal(service.register(call.registration), 'call_erased');
  });

  test('is for the tenant’s own calls', async () => {
    const { browser, session } = await listen();
    await expectRefusal(erase(OTHER_TENANT), 'call_unknown');
    expect(await browser.lease(session, { leaseSeq: 1, from: 12 })).toHaveProperty('keys');
    expect(await service.records('?call=x', OTHER_TENANT)).toEqual([]);
  });
});

test('the end of the service ends streams, not sessions', async () => {
  const listening = await listen();
  const open = await stream(listening);
  await open.next();
  await service.restart();
  expect(await open.next()).toBeUndefined();
  expect(await listening.browser.lease(listening.session, { leaseSeq: 1, from: 12 })).toHaveProperty('keys');
});

test('of five streams of a session the oldest ends', async () => {
  const listening = await listen();
  const streams: LineReader<PushMessage>[] = [];
  for (let count = 0; count < 5; count += 1) streams.push(await stream(listening));
  await streams[0]?.next();
  expect(await streams[0]?.next()).toBeUndefined();
  await revoke({ person: 'nurse-1' });
  for (const open of streams.slice(1))
    expect(await open.find(({ type }) => type === 'revoked')).toMatchObject({ type: 'revoked' });
});
