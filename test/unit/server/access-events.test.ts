import type { AccessEventChain } from '@secure-call/protocol';
import { type AccessEventInput, type SessionAnswer } from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser, FollowedRecord } from './browser.ts';
import { expectRefusal, problemOf } from './refusal.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { grantInput, TestService } from './test-service.ts';

let service: TestService;
let call: SyntheticCall;
let browser: Browser;
let session: SessionAnswer;
let chain: AccessEventChain;
beforeEach(async () => {
  service = await TestService.start();
  call = await service.registerCall();
  browser = await service.browser();
  session = await browser.openSession(await service.grant(grantInput(call, browser)));
  chain = browser.events(session);
});
afterEach(() => service.stop());

let mono = 0;
async function sign(input: AccessEventInput, from: AccessEventChain = chain): Promise<string> {
  mono += 100;
  return (await from.sign(input, new Date(), mono)).jws;
}
const ready = (): Promise<string> => sign({ type: 'player.ready', position: 0 });
const listened = (...ranges: [number, number][]): Promise<string> =>
  sign({ type: 'playback.listened', position: 0, ranges, rate: 1 });

const post = (...events: string[]): Promise<Response> =>
  browser.send(`/sessions/${session.session}/events`, JSON.stringify({ events }));

async function recorded(prefix: string): Promise<FollowedRecord[]> {
  const records = await service.records(`?sid=${session.session}`);
  return records.filter(({ type }) => type.startsWith(prefix));
}

describe('events are appended', () => {
  test('in order, with what was signed, as the client’s', async () => {
    const first = await ready();
    const second = await sign({ type: 'playback.started', position: 0 });
    const answer = await post(first, second);
    expect(await answer.json()).toEqual({ ack: 2 });
    const records = await recorded('pla');
    expect(records.map(({ type }) => type)).toEqual(['player.ready', 'playback.started']);
    expect(records[0]).toMatchObject({ author: 'client', actor: 'nurse-1', body: { jws: first } });
    expect(records[0]?.body).toHaveProperty('event.eventSeq', 1);
    expect(records[0]?.body).not.toHaveProperty('flags');
  });

  test('once, however often they come', async () => {
    const events = [await ready(), await sign({ type: 'playback.started', position: 0 })];
    await post(...events);
    expect(await (await post(...events)).json()).toEqual({ ack: 2 });
    expect(await browser.lease(session, { leaseSeq: 1, from: 12, events })).toMatchObject({ ack: 2 });
    expect(await recorded('pla')).toHaveLength(2);
  });

  test('by twenty requests at once without a gap or a duplicate', async () => {
    const events: string[] = [];
    for (let count = 0; count < 20; count += 1) events.push(await ready());
    await Promise.all(events.map((_, place) => post(...events.slice(0, place + 1))));
    const records = await recorded('player.ready');
    expect(records.map(({ body }) => (body as { event: { eventSeq: number } }).event.eventSeq)).toEqual(
      events.map((_, place) => place + 1),
    );
  });

  test('ranges outside what was leased are flagged, not refused', async () => {
    await browser.lease(session, { leaseSeq: 1, from: 12 });
    await post(await listened([0, 24.2]), await listened([0, 25]), await listened([3, 9], [300, 301]));
    const flags = (await recorded('playback.listened')).map(
      ({ body }) => (body as { flags?: string[] }).flags,
    );
    expect(flags).toEqual([undefined, ['badRange'], ['badRange']]);
  });
});

describe('faults of the chain', () => {
  test('a gap is refused with the number that is expected, and recorded once', async () => {
    const events = [await ready(), await ready(), await ready()];
    await post(events[0] ?? '');
    for (let attempt = 0; attempt < 3; attempt += 1)
      expect(await expectRefusal(post(events[2] ?? ''), 'event_gap')).toMatchObject({ expectedEventSeq: 2 });
    expect((await recorded('client.gap')).map(({ body }) => body)).toEqual([
      { expectedEventSeq: 2, eventSeq: 3 },
    ]);
    expect(await (await post(...events.slice(1))).json()).toEqual({ ack: 3 });
  });

  test('another event under a used number is a fork', async () => {
    await post(await ready(), await ready());
    const rival = browser.events(session);
    const forked = await sign({ type: 'playback.paused', position: 3 }, rival);
    expect(await expectRefusal(post(forked), 'event_fork')).toMatchObject({ expectedEventSeq: 3 });
    const third = await sign({ type: 'playback.paused', position: 4 }, rival);
    await expectRefusal(post(third), 'event_fork');
    expect((await recorded('client.fork')).map(({ body }) => body)).toMatchObject([
      { eventSeq: 1 },
      { eventSeq: 2 },
    ]);
  });

  test('the next number with another past is a fork', async () => {
    await post(await ready());
    const rival = browser.events(session);
    await sign({ type: 'playback.paused', position: 3 }, rival);
    await expectRefusal(post(await sign({ type: 'playback.paused', position: 4 }, rival)), 'event_fork');
  });

  test('another device, another session and rubbish are bad signatures', async () => {
    const stranger = await service.browser();
    const foreign = await sign({ type: 'player.ready', position: 0 }, stranger.events(session));
    const grant = await service.grant(grantInput(call, browser));
    const elsewhere = await browser.openSession(grant);
    const misplaced = await sign({ type: 'player.ready', position: 0 }, browser.events(elsewhere));
    for (const event of [foreign, misplaced, 'a.b.c']) await expectRefusal(post(event), 'request_invalid');
    expect(await recorded('client.badSignature')).toHaveLength(3);
    expect(await recorded('player')).toHaveLength(0);
  });

  test('events before the faulty one are kept', async () => {
    const first = await ready();
    await expectRefusal(post(first, 'a.b.c'), 'request_invalid');
    expect(await (await post(first)).json()).toEqual({ ack: 1 });
    expect(await recorded('player.ready')).toHaveLength(1);
  });

  test('in a lease request they withhold the keys', async () => {
    await ready();
    const late = await ready();
    const attempt = browser.lease(session, { leaseSeq: 1, from: 12, events: [late] });
    expect(await problemOf(attempt)).toMatchObject({ code: 'event_gap', status: 409, expectedEventSeq: 1 });
    expect(await recorded('lease.issued')).toHaveLength(1);
    expect(await recorded('client.gap')).toHaveLength(1);
  });
});

describe('reports are required', () => {
  test('after four windows without one', async () => {
    for (let leaseSeq = 1; leaseSeq <= 3; leaseSeq += 1)
      await browser.lease(session, { leaseSeq, from: leaseSeq * 12 });
    const fifth = { leaseSeq: 4, from: 48 };
    const started = await ready();
    expect(await problemOf(browser.lease(session, { ...fifth, events: [started] }))).toMatchObject({
      code: 'events_required',
      status: 428,
      expectedEventSeq: 2,
    });
    expect((await recorded('lease.refused')).map(({ body }) => body)).toMatchObject([
      { code: 'events_required' },
    ]);
    expect(await browser.lease(session, { leaseSeq: 4, from: 48, tracks: [] })).toMatchObject({ ack: 1 });
    const report = await listened([0, 10]);
    expect(await browser.lease(session, { leaseSeq: 5, from: 48, events: [report] })).toMatchObject({
      ack: 2,
    });
  });

  test('a report of seconds that were never unlocked explains nothing', async () => {
    for (let leaseSeq = 1; leaseSeq <= 3; leaseSeq += 1)
      await browser.lease(session, { leaseSeq, from: leaseSeq * 12 });
    const invented = await listened([500, 510]);
    const attempt = browser.lease(session, { leaseSeq: 4, from: 48, events: [invented] });
    expect(await problemOf(attempt)).toMatchObject({ code: 'events_required' });
    const honest = await listened([0, 10]);
    expect(await browser.lease(session, { leaseSeq: 4, from: 48, events: [honest] })).toMatchObject({
      ack: 2,
    });
  });

  test('a seek explains what was not played', async () => {
    for (let leaseSeq = 1; leaseSeq <= 12; leaseSeq += 1) {
      const seek = await sign({ type: 'playback.seeked', position: 0, from: 0, to: leaseSeq * 30 });
      await browser.lease(session, { leaseSeq, from: leaseSeq * 30, events: [seek] });
    }
    expect(await recorded('lease.issued')).toHaveLength(13);
  });
});

describe('after the end', () => {
  test('events are taken for ten minutes', async () => {
    expect((await browser.prove(`/sessions/${session.session}`, {}, 'DELETE')).status).toBe(204);
    service.clock.advanceSeconds(599);
    expect((await post(await ready())).status).toBe(200);
    service.clock.advanceSeconds(1);
    await expectRefusal(post(await ready()), 'session_expired');
  });

  test('so they are when its time is over', async () => {
    service.clock.advanceSeconds(1800 + 599);
    expect((await post(await ready())).status).toBe(200);
    expect(await recorded('session.expired')).toHaveLength(1);
    service.clock.advanceSeconds(1);
    await expectRefusal(post(await ready()), 'session_expired');
  });
});

test('malformed lists are refused', async () => {
  const path = `/sessions/${session.session}/events`;
  for (const body of [
    '',
    '{}',
    '{"events":[]}',
    '{"events":[1]}',
    JSON.stringify({ events: ['x'.repeat(9000)] }),
  ])
    await expectRefusal(browser.send(path, body), 'request_invalid');
  await expectRefusal(
    browser.send('/sessions/AAAAAAAAAAAAAAAAAAAAAA/events', '{"events":["a.b.c"]}'),
    'not_found',
  );
});
