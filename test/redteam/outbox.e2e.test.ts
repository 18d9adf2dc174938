import { AccessEventChain, type AuditRecord, generateDeviceKey, type SessionId } from '@secure-call/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Handler } from '../support/deployment.ts';
import { changeKept, keptEvents, type KeptRow } from '../support/kept-events.ts';
import { Listener } from '../support/listener.ts';
import { nurseCall } from '../support/recordings.ts';
import { openWhole, secretKeys } from './archive-holder.ts';
import { HiddenBytes } from './hidden-bytes.ts';
import { openStage, type Stage } from './stage.ts';
import { Traffic } from './traffic.ts';

let stage: Stage;
let traffic: Traffic;
let listener: Listener;
let whole: Handler;

beforeAll(async () => {
  stage = await openStage({ recordings: [nurseCall] });
  traffic = new Traffic(stage.deployment);
  whole = stage.deployment.service.handler;
}, 120_000);

beforeEach(async () => {
  listener = await Listener.at(stage.browser, stage.deployment);
});

afterEach(async () => {
  stage.deployment.service.serve(whole);
  await listener.page.context().close();
});

afterAll(() => stage.close());

/**
 * A session whose page dies while the service answers it nothing.
 * @returns its number, how many events it has, and another page that is to deliver them
 */
async function leftSession(): Promise<{ sid: SessionId; count: number; next: Listener }> {
  const { service } = stage.deployment;
  expect(await listener.open()).toBeUndefined();
  await listener.play();
  await listener.playsTo(2);
  service.serve(request =>
    request.url.includes('/sessions') ? Promise.resolve(new Response(null, { status: 502 })) : whole(request),
  );
  await listener.page.evaluate(() => {
    for (let jump = 1; jump <= 6; jump++) window.harness.player?.seek(jump * 5);
    window.harness.player?.pause();
  });
  await listener.reaches('paused');
  const [sid, count] = await settledEvents(listener);
  const next = await listener.another();
  await listener.crash();
  service.serve(whole);
  return { sid, count, next };
}

/** Waits until the outbox holds what the page was told. */
async function settledEvents(at: Listener): Promise<[SessionId, number]> {
  const told = (): Promise<[SessionId, number]> =>
    at.page.evaluate(() => [window.harness.events[0]?.sid as SessionId, window.harness.events.length]);
  const kept = async (): Promise<number> => (await waitingRows(at)).at(-1)?.value.eventSeq ?? 0;
  await expect.poll(async () => (await kept()) - (await told())[1]).toBe(0);
  return told();
}

const waitingRows = async (at: Listener): Promise<KeptRow[]> =>
  (await keptEvents(at.page)).filter(({ value }) => value.kind === 'waiting');

const numbersIn = (records: readonly AuditRecord[]): number[] =>
  records
    .filter(({ author }) => author === 'client')
    .map(({ body }) => (body as unknown as { event: { eventSeq: number } }).event.eventSeq);

const upTo = (count: number): number[] => Array.from({ length: count }, (_, place) => place + 1);

/** Everything is decided: delivered, or dropped. */
const decided = (at: Listener): Promise<void> => expect.poll(() => keptEvents(at.page)).toEqual([]);

/** A later session in the same browser: all of its events arrive, down to its closing. */
async function laterSessionIsWhole(at: Listener): Promise<AuditRecord[]> {
  expect(await at.open()).toBeUndefined();
  await at.play();
  await at.playsTo(2);
  await at.page.evaluate(() => window.harness.player?.destroy());
  const told = await at.page.evaluate(() =>
    window.harness.events.map(({ sid, eventSeq }) => ({ sid, eventSeq })),
  );
  const records = await stage.officer.records(told[0]?.sid);
  expect(numbersIn(records)).toEqual(told.map(({ eventSeq }) => eventSeq));
  expect(records.some(({ type }) => /^client\.(gap|fork|bad)/.test(type))).toBe(false);
  return records;
}

const lostIn = (records: readonly AuditRecord[]): unknown =>
  records
    .filter(({ type }) => type === 'audit.degraded')
    .map(({ body }) => (body as unknown as { event: { events?: number } }).event.events);

test('whoever reads the outbox finds no key, no token, no call and no person', async () => {
  const { deployment } = stage;
  const [pack] = deployment.packages;
  if (!pack) throw new Error('There is no package.');
  const { next } = await leftSession();
  // Taken before the page has a player, which would deliver it.
  const rows = await keptEvents(next.page);
  expect(rows.length).toBeGreaterThan(6);
  const opened = rows.map(({ key, value }) => {
    const [header = '', payload = ''] = value.jws.split('.');
    const clear = [header, payload].map(part => Buffer.from(part, 'base64url').toString());
    return JSON.stringify([key, value, ...clear]);
  });
  const text = opened.join('\n');
  const grants = traffic.grants.flatMap(grant => grant.split('.').slice(1));
  const persons = ['anna.lind', 'Anna Lind', 'patient-1', '1177 Region X', 'unit-1', 'care-team', 'TREAT'];
  const secrets = [...persons, pack.callId, pack.packageId, ...grants, '"d":', '"jwk"', '"wrapped"', '"epk"'];
  expect(secrets.filter(secret => text.includes(secret))).toEqual([]);
  expect(new HiddenBytes(secretKeys(await openWhole(pack, deployment.archive))).countInText(text)).toBe(0);
  // The search reads what is in the signed part.
  expect(text).toContain('playback.seeked');
  await next.make();
  await decided(next);
});

test('an edited event is not taken, nor anything behind it, and a later session tells how many are missing', async () => {
  const { sid, count, next } = await leftSession();
  const rows = await waitingRows(next);
  const edited = rows.at(-3);
  if (!edited) throw new Error('There are more than three.');
  const [header, payload = '', signature] = edited.value.jws.split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const lie = Buffer.from(JSON.stringify({ ...claims, position: 1 })).toString('base64url');
  const jws = [header, lie, signature].join('.');
  await changeKept(next.page, [{ key: edited.key, value: { ...edited.value, jws } }]);
  await next.make();
  await decided(next);
  const records = await stage.officer.records(sid);
  expect(numbersIn(records)).toEqual(upTo(count - 3));
  expect(records.map(({ type }) => type)).toContain('client.badSignature');
  // What the service kept of a list that it refused, it does not say: at least the three are told.
  const [told] = lostIn(await laterSessionIsWhole(next)) as number[];
  expect(told).toBeGreaterThanOrEqual(3);
});

test('an event that was cut out leaves a gap on record, and is told', async () => {
  const { sid, count, next } = await leftSession();
  const cut = (await waitingRows(next)).at(-2);
  if (!cut) throw new Error('There are more than two.');
  await changeKept(next.page, [{ key: cut.key }]);
  await next.make();
  await decided(next);
  const records = await stage.officer.records(sid);
  expect(numbersIn(records)).toEqual(upTo(count - 2));
  expect(records.map(({ type }) => type)).toContain('client.gap');
  expect(lostIn(await laterSessionIsWhole(next))).toEqual([2]);
});

test('events of a stranger’s key, rubbish and addresses made up hold up neither what is genuine nor what comes later', async () => {
  const { sid, count, next } = await leftSession();
  const service = stage.deployment.service.url;
  const strangers = new AccessEventChain(await generateDeviceKey(), sid);
  const { jws } = await strangers.sign({ type: 'client.closed', position: 0 }, new Date(), 0);
  const forged = { service, eventSeq: 1, jws, at: Date.now(), kind: 'waiting' };
  const requests: string[] = [];
  next.page.on('request', request => requests.push(request.url()));
  await changeKept(next.page, [
    // Sorts before every genuine session.
    { key: ['!', 1], value: forged },
    { key: ['../../revocations', 1], value: forged },
    { key: ['A'.repeat(22), 1], value: forged },
    { key: ['A'.repeat(22), 2], value: { ...forged, eventSeq: 2, kind: 'closing' } },
    { key: ['B'.repeat(21) + 'A', 1], value: 'rubbish' },
    { key: ['C'.repeat(21) + 'A', 1], value: { ...forged, service: 'https://elsewhere.example' } },
    { key: 7, value: forged },
    { key: [sid, 'rubbish'], value: { ...forged, eventSeq: 'rubbish' } },
    { key: [sid, count + 100], value: { ...forged, eventSeq: count + 100 } },
  ]);
  await next.make();
  await expect.poll(async () => numbersIn(await stage.officer.records(sid)).length).toBe(count);
  const ours = async (): Promise<KeptRow[]> =>
    (await keptEvents(next.page)).filter(({ value }) => value.service === service && value !== undefined);
  await expect.poll(async () => (await ours()).filter(({ key }) => Array.isArray(key))).toEqual([]);
  expect(numbersIn(await stage.officer.records(sid))).toEqual(upTo(count));
  expect(
    requests.filter(url => !url.startsWith(service) && !url.startsWith(stage.deployment.page.url)),
  ).toEqual([]);
  expect(requests.filter(url => url.includes('revocations'))).toEqual([]);
  await laterSessionIsWhole(next);
});

test('an outbox that cannot be opened holds up nothing', async () => {
  await listener.page.evaluate(
    () =>
      new Promise(resolve => {
        const opening = indexedDB.open('secure-call-outbox', 99);
        // Kept open on purpose, so that it can be neither changed nor removed.
        opening.onsuccess = () => resolve(Reflect.set(window, 'keptOpen', opening.result));
      }),
  );
  const records = await laterSessionIsWhole(listener);
  expect(records.map(({ type }) => type)).toContain('audit.degraded');
});
