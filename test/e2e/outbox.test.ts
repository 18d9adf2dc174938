import { type AuditRecord, firstBrokenRecord } from '@secure-call/protocol';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment, type Handler } from '../support/deployment.ts';
import { changeKept, keptEvents } from '../support/kept-events.ts';
import { Listener } from '../support/listener.ts';
import { Officer } from '../support/officer.ts';
import { buildPage } from '../support/page-handler.ts';
import { nurseCall } from '../support/recordings.ts';

/** About 100 KB as signed events, where browsers give all requests of a page that is left 64 KiB. */
const JUMPS = 150;

let deployment: Deployment;
let officer: Officer;
let browser: Browser;
let listener: Listener;
let whole: Handler;

beforeAll(async () => {
  await buildPage();
  deployment = await Deployment.create({ recordings: [nurseCall], policy: { eventsOpenSeconds: 0.001 } });
  officer = new Officer(deployment);
  whole = deployment.service.handler;
  browser = await launchBrowser();
});

beforeEach(async () => {
  listener = await Listener.at(browser, deployment);
});

afterEach(async () => {
  deployment.service.serve(whole);
  await listener.page.context().close();
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

async function playing(): Promise<string> {
  expect(await listener.open()).toBeUndefined();
  await listener.play();
  await listener.playsTo(2);
  return listener.page.evaluate(() => window.harness.events[0]?.sid ?? '');
}

/** From now on the service answers players nothing, or only what is asked for. */
function silence(but: (path: string) => boolean = () => false): void {
  deployment.service.serve(request => {
    const { pathname } = new URL(request.url);
    const answers = !pathname.startsWith('/sessions') || but(pathname);
    return answers ? whole(request) : Promise.resolve(new Response(null, { status: 502 }));
  });
}

/** Jumps about, until everything of it is signed and kept. @returns how many events there are then */
async function jumpAbout(times: number): Promise<number> {
  const before = await told();
  await listener.page.evaluate(jumps => {
    for (let jump = 1; jump <= jumps; jump++) window.harness.player?.seek((jump * 7) % 40);
  }, times);
  await expect.poll(told).toBeGreaterThanOrEqual(before + times);
  await listener.page.evaluate(() => window.harness.player?.pause());
  await listener.reaches('paused');
  const kept = async (): Promise<number> =>
    (await keptEvents(listener.page)).findLast(({ value }) => value.kind === 'waiting')?.value.eventSeq ?? 0;
  // Kept is what was told, all of it, with the closing behind it.
  await expect.poll(async () => (await kept()) - (await told())).toBe(0);
  return told();
}

const told = (): Promise<number> => listener.page.evaluate(() => window.harness.events.length);

interface ClientEvent {
  readonly eventSeq: number;
  readonly type: string;
  readonly events?: number;
}

const eventsIn = (records: readonly AuditRecord[]): ClientEvent[] =>
  records
    .filter(({ author }) => author === 'client')
    .map(({ body }) => (body as unknown as { event: ClientEvent }).event);

/** Waits until so many events of a session are on record, and checks that they are all, once, and undisputed. */
async function expectWhole(sid: string, count: number): Promise<void> {
  await expect.poll(async () => eventsIn(await officer.records(sid)).length, { timeout: 20_000 }).toBe(count);
  const records = await officer.records(sid);
  expect(await firstBrokenRecord(records)).toBeUndefined();
  const events = eventsIn(records);
  expect(events.map(({ eventSeq }) => eventSeq)).toEqual(events.map((_, place) => place + 1));
  expect(events.at(-1)?.type).toBe('client.closed');
  expect(events.filter(({ type }) => type === 'client.closed')).toHaveLength(1);
  expect(records.filter(({ type }) => /^client\.(gap|fork|bad)/.test(type))).toEqual([]);
}

const expectNothingKept = (at: Listener): Promise<void> => expect.poll(() => keptEvents(at.page)).toEqual([]);

describe('what the service has not taken is on record once a page of the origin is loaded again', () => {
  test('after a reload', async () => {
    const sid = await playing();
    silence();
    const count = await jumpAbout(5);
    await listener.page.reload();
    deployment.service.serve(whole);
    await listener.page.waitForFunction(() => 'harness' in window);
    await listener.make();
    await expectWhole(sid, count + 1);
    await expectNothingKept(listener);
  });

  test('after a crash of the page’s process, with what stood signed as its closing', async () => {
    const sid = await playing();
    silence();
    const count = await jumpAbout(5);
    await listener.crash();
    deployment.service.serve(whole);
    const next = await listener.another();
    await next.make();
    await expectWhole(sid, count + 1);
    await expectNothingKept(next);
  });

  test('after a crash with nothing undelivered: the closing', async () => {
    const sid = await playing();
    await listener.page.evaluate(() => window.harness.player?.pause());
    await listener.reaches('paused');
    await expect.poll(async () => eventsIn(await officer.records(sid)).at(-1)?.type).toBe('playback.paused');
    const count = eventsIn(await officer.records(sid)).length;
    await expect
      .poll(async () => (await keptEvents(listener.page)).map(({ value }) => value.kind))
      .toEqual(['recorded', 'closing']);
    await listener.crash();
    const next = await listener.another();
    await next.make();
    await expectWhole(sid, count + 1);
    await expectNothingKept(next);
  });

  test('after a time without a network, as soon as it is back', async () => {
    const sid = await playing();
    const next = await listener.another();
    await listener.page.context().setOffline(true);
    const count = await jumpAbout(5);
    await listener.crash();
    await listener.page.close();
    await next.make();
    // It has tried and waits for the network now.
    await next.page.waitForFunction(
      () => performance.getEntriesByType('resource').some(({ name }) => name.endsWith('/events')),
      undefined,
      { timeout: 10_000 },
    );
    expect(await keptEvents(next.page)).not.toEqual([]);
    await listener.page.context().setOffline(false);
    await expectWhole(sid, count + 1);
    await expectNothingKept(next);
  });

  test('when a session has ended in a page that lives on', async () => {
    const sid = await playing();
    silence();
    const count = await jumpAbout(5);
    await listener.page.evaluate(() => window.harness.player?.destroy());
    deployment.service.serve(whole);
    await expectWhole(sid, count + 1);
    await expectNothingKept(listener);
  });
});

describe('several pages', () => {
  test('leave a session that lives in one of them alone, and deliver a left one once', async () => {
    const sid = await playing();
    const [second, third] = [await listener.another(), await listener.another()];
    silence(path => path.endsWith('/events'));
    const count = await jumpAbout(5);
    await second.make();
    // It has looked: the lock of the living session is all that keeps it away.
    await second.page.evaluate(() => navigator.locks.request(crypto.randomUUID(), () => undefined));
    expect(eventsIn(await officer.records(sid)).length).toBeLessThan(count);
    deployment.service.serve(whole);
    await listener.play();
    await listener.reaches('playing');
    await listener.page.evaluate(() => window.harness.player?.pause());
    await listener.reaches('paused');
    const total = await told();
    await expect.poll(async () => eventsIn(await officer.records(sid)).length).toBe(total);
    await listener.crash();
    await Promise.all([second.load(), third.load()]);
    await Promise.all([second.make(), third.make()]);
    await expectWhole(sid, total + 1);
    await expectNothingKept(third);
  });
});

test('an outbox that lags behind the record says nothing against it', async () => {
  const sid = await playing();
  await listener.page.evaluate(() => window.harness.player?.pause());
  await listener.reaches('paused');
  const quiet = async (): Promise<boolean> =>
    (await keptEvents(listener.page)).map(({ value }) => value.kind).join() === 'recorded,closing';
  await expect.poll(quiet).toBe(true);
  // As where the process dies between sending an event and writing it down: an older state, with a closing that was overtaken.
  const older = await keptEvents(listener.page);
  await listener.seek(20);
  await expect.poll(async () => eventsIn(await officer.records(sid)).at(-1)?.type).toBe('playback.seeked');
  await expect.poll(quiet).toBe(true);
  const count = eventsIn(await officer.records(sid)).length;
  const newer = await keptEvents(listener.page);
  await listener.crash();
  const next = await listener.another();
  await changeKept(next.page, [...newer.map(({ key }) => ({ key })), ...older]);
  await next.make();
  await expectNothingKept(next);
  const records = await officer.records(sid);
  expect(eventsIn(records)).toHaveLength(count);
  expect(records.filter(({ type }) => type.startsWith('client.'))).toEqual([]);
});

test('a page that is left sends as much as browsers let it, and the next page the rest', async () => {
  const sid = await playing();
  silence(path => path.endsWith('/events'));
  const count = await jumpAbout(JUMPS);
  const bodies: number[] = [];
  deployment.service.serve(async request => {
    if (!request.url.includes('/sessions')) return whole(request);
    if (!request.url.endsWith('/events')) return new Response(null, { status: 502 });
    const body = await request.text();
    bodies.push(body.length);
    return whole(new Request(request.url, { method: 'POST', body }));
  });
  await listener.page.goto('about:blank');
  await expect.poll(() => bodies.length).toBe(1);
  await expect.poll(async () => eventsIn(await officer.records(sid)).length).toBeGreaterThan(50);
  expect(bodies[0]).toBeLessThanOrEqual(64 * 1024);
  expect(bodies[0]).toBeGreaterThan(59 * 1024);
  expect(eventsIn(await officer.records(sid)).length).toBeLessThan(count);
  await listener.load();
  await listener.make();
  await expectWhole(sid, count + 1);
});

test('a page that is left with little to say says all of it, down to the closing', async () => {
  const sid = await playing();
  silence(path => path.endsWith('/events'));
  const count = await jumpAbout(5);
  await listener.page.goto('about:blank');
  await expectWhole(sid, count + 1);
  await listener.load();
  await listener.make();
  await expectNothingKept(listener);
  await expectWhole(sid, count + 1);
});

test('what comes too late is dropped, and the next session tells how much', async () => {
  const sid = await playing();
  await expect.poll(async () => eventsIn(await officer.records(sid)).length).toBe(await told());
  silence();
  const recorded = eventsIn(await officer.records(sid)).length;
  const count = await jumpAbout(5);
  await listener.crash();
  deployment.service.serve(whole);
  // The service takes events of ended sessions for a moment only here.
  expect(await officer.revoke({ session: sid })).toBe(1);
  const next = await listener.another();
  await next.make();
  await expectNothingKept(next);
  expect(eventsIn(await officer.records(sid))).toHaveLength(recorded);

  expect(await next.open()).toBeUndefined();
  const later = await next.page.evaluate(async () => {
    while (window.harness.events.length < 2) await new Promise(resolve => setTimeout(resolve, 20));
    return window.harness.events[0]?.sid ?? '';
  });
  const tells = async (): Promise<unknown[]> =>
    eventsIn(await officer.records(later)).filter(({ type }) => type === 'audit.degraded');
  await expect.poll(tells).toMatchObject([{ why: 'lost', events: count - recorded }]);
  // Told once.
  await next.page.evaluate(() => window.harness.player?.destroy());
  expect(await next.open()).toBeUndefined();
  await next.page.waitForFunction(() => window.harness.events.at(-1)?.type === 'player.ready');
  const types = await next.page.evaluate(
    sid2 => window.harness.events.filter(e => e.sid !== sid2).map(e => e.type),
    later,
  );
  expect(types).toEqual(['player.ready']);
});

test('where the browser keeps nothing the call plays as ever, and the record says so', async () => {
  // As in a browser whose store is of a later version of this code, or out of order.
  await listener.page.evaluate(
    () =>
      new Promise(resolve => {
        indexedDB.open('secure-call-outbox', 99).onsuccess = resolve;
      }),
  );
  const sid = await playing();
  await listener.hears();
  const degraded = async (): Promise<unknown[]> =>
    eventsIn(await officer.records(sid)).filter(({ type }) => type === 'audit.degraded');
  await expect.poll(degraded).toMatchObject([{ why: 'unkept' }]);
  await listener.page.evaluate(() => window.harness.player?.destroy());
  const count = await told();
  await expectWhole(sid, count);
});
