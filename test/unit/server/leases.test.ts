import { proveRequest, type SessionAnswer } from '@secure-call/protocol';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Browser } from './browser.ts';
import { expectRefusal, problemOf } from './refusal.ts';
import type { SyntheticCall } from './synthetic-call.ts';
import { PUBLIC_URL } from './service-options.ts';
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

type CallClaims = NonNullable<Parameters<typeof grantInput>[2]>['call'];

async function open(claims: CallClaims = {}): Promise<SessionAnswer> {
  return browser.openSession(await service.grant(grantInput(call, browser, { call: claims })));
}

async function recorded(session: SessionAnswer, type: string): Promise<unknown[]> {
  const records = await service.records(`?sid=${session.session}`);
  return records.filter(record => record.type === type).map(({ body }) => body);
}

describe('repeating a lease', () => {
  test('gives the same keys, and is neither charged nor recorded again', async () => {
    const session = await open();
    const wish = { leaseSeq: 1, from: 12 };
    const first = await browser.lease(session, wish);
    const again = await browser.lease(session, wish);
    expect(again.keys).toEqual(first.keys);
    expect(again).toMatchObject({ from: first.from, to: first.to });
    expect(await recorded(session, 'lease.issued')).toHaveLength(2);
  });

  test('takes the events all the same', async () => {
    const session = await open();
    await browser.lease(session, { leaseSeq: 1, from: 12 });
    const { jws } = await browser.events(session).sign({ type: 'player.ready', position: 0 }, new Date(), 1);
    expect(await browser.lease(session, { leaseSeq: 1, from: 12, events: [jws] })).toMatchObject({ ack: 1 });
  });

  test('with other wishes is a conflict', async () => {
    const session = await open();
    await browser.lease(session, { leaseSeq: 1, from: 12 });
    for (const wish of [{ from: 14 }, { from: 12, tracks: ['audio', 'peaks'] }, { from: 12, tracks: [] }])
      expect(await problemOf(browser.lease(session, { leaseSeq: 1, ...wish }))).toMatchObject({
        code: 'lease_conflict',
        status: 409,
      });
    expect(await recorded(session, 'lease.refused')).toHaveLength(3);
  });

  test('names its tracks in any order', async () => {
    const session = await open({ tracks: ['audio', 'transcript', 'peaks'] });
    const first = await browser.lease(session, { leaseSeq: 1, from: 12, tracks: ['peaks', 'audio'] });
    const again = await browser.lease(session, { leaseSeq: 1, from: 12, tracks: ['audio', 'peaks'] });
    expect(again.keys).toEqual(first.keys);
  });

  test('is a matter of one session: another of the same person has numbers of its own', async () => {
    const [first, second] = [await open(), await open()];
    await browser.lease(first, { leaseSeq: 1, from: 12 });
    expect(await browser.lease(second, { leaseSeq: 1, from: 14 })).toMatchObject({ from: 14, to: 18 });
  });

  test('by twenty requests at once is one lease', async () => {
    const session = await open();
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => browser.lease(session, { leaseSeq: 1, from: 12 })),
    );
    expect(new Set(answers.map(({ keys }) => JSON.stringify(keys))).size).toBe(1);
    expect(await recorded(session, 'lease.issued')).toHaveLength(2);
  });

  test('numbers may leave gaps and come late, each with its own wrapping', async () => {
    const session = await open();
    const ninth = await browser.lease(session, { leaseSeq: 9, from: 12 });
    const fourth = await browser.lease(session, { leaseSeq: 4, from: 12 });
    expect(fourth.keys.map(({ index }) => index)).toEqual(ninth.keys.map(({ index }) => index));
    expect(fourth.keys[1]?.wrapped).not.toBe(ninth.keys[1]?.wrapped);
  });
});

describe('what a lease holds', () => {
  test('windows end with the recording', async () => {
    const session = await open();
    const last = await browser.lease(session, { leaseSeq: 1, from: 599 });
    expect(last).toMatchObject({ from: 598, to: 600 });
    expect(last.keys.map(({ index }) => index)).toEqual([0, 300]);
    const beyond = browser.lease(session, { leaseSeq: 2, from: 601 });
    expect(await problemOf(beyond)).toMatchObject({ code: 'request_invalid' });
  });

  test('ranges bound it, and other tracks are withheld', async () => {
    const session = await open({
      ranges: [
        [31, 37],
        [100, 300],
      ],
      tracks: ['audio', 'peaks'],
    });
    expect(session.lease).toMatchObject({ from: 30, to: 38 });
    expect(await browser.lease(session, { leaseSeq: 1, from: 100 })).toMatchObject({ from: 100, to: 104 });
    for (const wish of [{ from: 38 }, { from: 0 }, { from: 100, tracks: ['peaks'] }])
      expect(await problemOf(browser.lease(session, { leaseSeq: 2, ...wish }))).toMatchObject({
        code: 'not_permitted',
        status: 403,
      });
    expect(await recorded(session, 'lease.refused')).toMatchObject([
      { code: 'not_permitted', leaseSeq: 2, from: 38, tracks: ['audio'] },
      { code: 'not_permitted', from: 0 },
      { code: 'not_permitted', tracks: ['peaks'] },
    ]);
  });

  test('peaks by default, the transcript only where it is named; each is recorded', async () => {
    const session = await open();
    const peaks = await browser.lease(session, { leaseSeq: 1, from: 0, tracks: ['peaks'] });
    expect(peaks.keys).toMatchObject([{ track: 'peaks', index: 1, variant: 0 }]);
    expect(peaks).toMatchObject({ from: 0, to: 0 });
    const transcript = { leaseSeq: 2, from: 0, tracks: ['transcript'] };
    expect(await problemOf(browser.lease(session, transcript))).toMatchObject({ code: 'not_permitted' });
    expect(await recorded(session, 'lease.issued')).toContainEqual({
      leaseSeq: 1,
      track: 'peaks',
      from: 0,
      to: 600,
    });
    const named = await open({ tracks: ['audio', 'transcript'] });
    const both = await browser.lease(named, { leaseSeq: 1, from: 12, tracks: ['transcript', 'audio'] });
    expect(both.keys.map(({ track }) => track)).toEqual([
      ...Array.from({ length: 7 }, () => 'audio'),
      'transcript',
    ]);
    expect(await browser.unwrap(named, both)).toHaveProperty('size', 8);
  });

  test('up to one sample behind the end is the end', async () => {
    const session = await open();
    const end = await browser.lease(session, { leaseSeq: 1, from: 600 + 1 / 8000 });
    expect(end).toMatchObject({ from: 598, to: 600 });
    const beyond = browser.lease(session, { leaseSeq: 2, from: 600 + 1 / 8000 + 1e-9 });
    expect(await problemOf(beyond)).toMatchObject({ code: 'request_invalid' });
  });

  test('a whole window where one of its own ended, to the sample, and a short one elsewhere', async () => {
    const session = await open();
    const nearly = 12 - 0.75 / 8000;
    expect(await browser.lease(session, { leaseSeq: 1, from: nearly })).toMatchObject({ from: 10, to: 24 });
    // Where a window of another session of the same person ended, and where peaks were asked for.
    const other = await open();
    await browser.lease(other, { leaseSeq: 1, from: 300 });
    const elsewhere = { leaseSeq: 2, from: 304 - 0.75 / 8000 };
    expect(await browser.lease(session, elsewhere)).toMatchObject({ from: 302, to: 308 });
    await browser.lease(session, { leaseSeq: 3, from: 100, tracks: ['peaks'] });
    expect(await browser.lease(session, { leaseSeq: 4, from: 100 })).toMatchObject({ from: 100, to: 104 });
  });

  test('nothing that has to be explained, where it holds no sound or was held before', async () => {
    const session = await open();
    for (let leaseSeq = 1; leaseSeq <= 6; leaseSeq += 1)
      await browser.lease(session, { leaseSeq, from: 0, tracks: ['peaks'] });
    for (let times = 1; times <= 6; times += 1) await browser.lease(session, { leaseSeq: 7, from: 12 });
    for (const leaseSeq of [8, 9]) await browser.lease(session, { leaseSeq, from: 12 * leaseSeq });
    const fifth = browser.lease(session, { leaseSeq: 10, from: 120 });
    expect(await problemOf(fifth)).toMatchObject({ code: 'events_required', expectedEventSeq: 1 });
  });

  test('a track the recording does not have', async () => {
    const session = await open({ tracks: ['audio', 'details'] });
    const wish = { leaseSeq: 1, from: 0, tracks: ['details'] };
    expect(await problemOf(browser.lease(session, wish))).toMatchObject({ code: 'request_invalid' });
  });

  test('an empty list of tracks renews without keys, charge or record', async () => {
    const session = await open();
    const renewed = await browser.lease(session, { leaseSeq: 1, from: 5, tracks: [] });
    expect(renewed).toMatchObject({ keys: [], from: 5, to: 5, useForSeconds: 30 });
    expect(await recorded(session, 'lease.issued')).toHaveLength(1);
  });

  test('the same variants for one person in every session, others for another', async () => {
    call = await service.registerCall({ variants: 2 });
    const codeOf = async (sub: string): Promise<number[]> => {
      const listener = await service.browser();
      const input = grantInput(call, listener, { sub });
      const session = await listener.openSession(await service.grant(input));
      const leases = [session.lease];
      for (let leaseSeq = 1; leaseSeq <= 3; leaseSeq += 1)
        leases.push(await listener.lease(session, { leaseSeq, from: leaseSeq * 12 }));
      return leases.flatMap(({ keys }) => keys.filter(key => key.index > 0).map(({ variant }) => variant));
    };
    const code = await codeOf('nurse-1');
    expect(code).toHaveLength(24);
    expect(new Set(code)).toEqual(new Set([1, 2]));
    expect(await codeOf('nurse-1')).toEqual(code);
    expect(await codeOf('nurse-2')).not.toEqual(code);
  });
});

describe('proofs of leases', () => {
  const path = (session: SessionAnswer): string => `/sessions/${session.session}/leases`;
  const wish = { leaseSeq: 1, from: 12, events: [] };

  test('need a nonce, which the refusal brings', async () => {
    const session = await open();
    const bare = await browser.post(path(session), JSON.stringify(wish), {});
    const { nonce } = await expectRefusal(bare, 'use_dpop_nonce');
    browser.nonce = nonce ?? '';
    expect(await browser.lease(session, wish)).toMatchObject({ to: 24 });
  });

  test('a nonce grows old, and cannot be made up', async () => {
    const session = await open();
    service.clock.advanceSeconds(119);
    expect((await browser.prove(path(session), { ...wish, tracks: [] })).status).toBe(200);
    service.clock.advanceSeconds(1);
    await expectRefusal(browser.prove(path(session), wish), 'use_dpop_nonce');
    const [, mac] = session.nonce.split('.');
    for (const forged of [`${service.clock.now().toString(36)}.${mac}`, 'x', '.', `${session.nonce}A`]) {
      browser.nonce = forged;
      await expectRefusal(browser.prove(path(session), wish), 'use_dpop_nonce');
    }
  });

  test('are used once', async () => {
    const session = await open();
    const body = await proveRequest(browser.device, {
      htu: `${PUBLIC_URL}${path(session)}`,
      payload: JSON.stringify(wish),
      nonce: session.nonce,
    });
    expect((await browser.send(path(session), body)).status).toBe(200);
    await expectRefusal(browser.send(path(session), body), 'proof_invalid');
    await service.restart();
    await expectRefusal(browser.send(path(session), body), 'proof_invalid');
  });

  test('are made by the session’s browser', async () => {
    const session = await open();
    const thief = await service.browser();
    thief.nonce = session.nonce;
    await expectRefusal(thief.prove(path(session), wish), 'proof_invalid');
    const unknown = '/sessions/AAAAAAAAAAAAAAAAAAAAAA/leases';
    await expectRefusal(browser.prove(unknown, wish), 'not_found');
    await expectRefusal(browser.prove('/sessions/short/leases', wish), 'request_invalid');
  });

  test('keys of another browser do not open it', async () => {
    const session = await open();
    const thief = await service.browser();
    await expect(thief.unwrap(session, session.lease)).rejects.toMatchObject({ code: 'integrity_failed' });
  });
});

test('a fault of an event is recorded as that, and not as a refused lease', async () => {
  const session = await open();
  const { jws } = await browser.events(session).sign({ type: 'player.ready', position: 0 }, new Date(), 1);
  await browser.lease(session, { leaseSeq: 1, from: 12, events: [jws] });
  const forked = await browser.events(session).sign({ type: 'player.ready', position: 1 }, new Date(), 1);
  const lease = browser.lease(session, { leaseSeq: 2, from: 24, events: [forked.jws] });
  expect(await problemOf(lease)).toMatchObject({ code: 'event_fork' });
  expect(await recorded(session, 'client.fork')).toHaveLength(1);
  expect(await recorded(session, 'lease.refused')).toEqual([]);
});

test('refusals of one session do not keep those of another out of the record', async () => {
  const [first, second] = [await open(), await open()];
  const refuse = async (session: SessionAnswer): Promise<void> => {
    const lease = browser.lease(session, { leaseSeq: 1, from: 700 });
    expect(await problemOf(lease)).toMatchObject({ code: 'request_invalid' });
  };
  for (let times = 0; times < 12; times += 1) await refuse(first);
  await refuse(second);
  expect(await recorded(first, 'lease.refused')).toHaveLength(10);
  expect(await recorded(second, 'lease.refused')).toHaveLength(1);
});

test('malformed requests change nothing', async () => {
  const session = await open();
  const path = `/sessions/${session.session}/leases`;
  for (const payload of [
    {},
    { leaseSeq: 0, from: 0, events: [] },
    { leaseSeq: 1, from: -1, events: [] },
    { leaseSeq: 1.5, from: 0, events: [] },
    { leaseSeq: 1, from: 0, events: [], tracks: ['video'] },
    { leaseSeq: 1, from: 0, events: [], sid: session.session },
  ])
    await expectRefusal(browser.prove(path, payload), 'request_invalid');
  await expectRefusal(browser.send(path, '{'), 'request_invalid');
  expect(await browser.lease(session, { leaseSeq: 1, from: 12 })).toMatchObject({ ack: 0 });
  expect(await recorded(session, 'lease.issued')).toHaveLength(2);
});

test('a restart keeps sessions and nonces working', async () => {
  const session = await open();
  const first = await browser.lease(session, { leaseSeq: 1, from: 12 });
  await service.restart();
  const again = await browser.lease(session, { leaseSeq: 1, from: 12 });
  expect(again.keys).toEqual(first.keys);
  expect(await browser.lease(session, { leaseSeq: 2, from: 24 })).toMatchObject({ to: 36 });
});

test('a call that is erased at the last moment releases nothing', async () => {
  let beforeTransaction: () => Promise<unknown> = () => Promise.resolve();
  await service.stop();
  service = await TestService.start({
    wrapStore: store => ({
      ...store,
      rowTransaction: async work => {
        await beforeTransaction();
        return store.rowTransaction(work);
      },
    }),
  });
  call = await service.registerCall();
  browser = await service.browser();
  const session = await open();
  const grant = await service.grant(grantInput(call, browser));
  beforeTransaction = () =>
    service.store.transaction(db => db.updateTable('call').set({ jwe: null }).execute());
  const lease = browser.lease(session, { leaseSeq: 1, from: 12 });
  expect(await problemOf(lease)).toMatchObject({ code: 'call_erased', status: 410 });
  await service.store.transaction(db =>
    db
      .updateTable('call')
      .set({ jwe: JSON.stringify({}) })
      .execute(),
  );
  expect(await problemOf(browser.openSession(grant))).toMatchObject({ code: 'call_erased' });
});
