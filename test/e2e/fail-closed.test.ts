import { firstBrokenRecord } from '@secure-call/protocol';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { Officer } from '../support/officer.ts';
import { buildPage } from '../support/page-handler.ts';
import { nurseCall } from '../support/recordings.ts';

let deployment: Deployment;
let officer: Officer;
let browser: Browser;

beforeAll(async () => {
  await buildPage();
  deployment = await Deployment.create({ recordings: [nurseCall] });
  officer = new Officer(deployment);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

async function playing(): Promise<Listener> {
  const listener = await Listener.at(browser, deployment);
  expect(await listener.open()).toBeUndefined();
  await listener.play();
  await listener.hears();
  return listener;
}

const sessionOf = (listener: Listener): Promise<string> =>
  listener.page.evaluate(() => window.harness.events[0]?.sid ?? '');

describe('the key service goes away while someone listens', () => {
  test('silence within 33 s of its last answer, and the record goes on without gap or duplicate', async () => {
    const listener = await playing();
    await listener.playsTo(3);
    const sid = await sessionOf(listener);
    await deployment.service.stop();
    const stoppedAt = Date.now();
    await listener.reaches('audit-blocked', 40_000);
    await listener.hearsNothing(1000);
    const silentAfter = (Date.now() - stoppedAt) / 1000;
    expect(silentAfter).toBeLessThanOrEqual(33);
    console.log(`key service gone: silence ${silentAfter.toFixed(1)} s after its last moment`);

    const heldAt = (await listener.state()) as { positionSeconds: number };
    await deployment.service.start();
    await listener.reaches('playing');
    await listener.hears();
    await listener.playsTo(heldAt.positionSeconds + 12);

    const records = await officer.records(sid);
    expect(await firstBrokenRecord(records)).toBeUndefined();
    const numbers = records
      .filter(r => r.author === 'client')
      .map(r => (r.body as { event: { eventSeq: number } }).event.eventSeq);
    expect(numbers).toEqual(numbers.map((_, place) => place + 1));
    const leases = records.filter(r => r.type === 'lease.issued').map(r => JSON.stringify(r.body));
    expect(new Set(leases).size).toBe(leases.length);
    expect(records.map(r => r.type)).toContain('audit.degraded');
    await listener.page.context().close();
  });
});

describe('access is withdrawn while someone listens', () => {
  test('silence within a second, and the status says so', async () => {
    const listener = await playing();
    const sid = await sessionOf(listener);
    const since = Date.now();
    expect(await officer.revoke({ session: sid })).toBe(1);
    await listener.hearsNothing(2000);
    await listener.reaches('revoked', 2000);
    const silentAfter = (Date.now() - since) / 1000;
    expect(silentAfter).toBeLessThanOrEqual(1);
    console.log(`revoked: silence after ${silentAfter.toFixed(2)} s`);
    await expect(listener.play()).resolves.toBeUndefined();
    await listener.hearsNothing(1000);
    await listener.page.context().close();
  });

  test('without the push the next lease says so', async () => {
    const service = deployment.service.handler;
    // The push is held back: the stream stays silent, as behind a proxy that buffers.
    deployment.service.serve(request =>
      request.url.endsWith('/stream') ? new Promise<Response>(() => undefined) : service(request),
    );
    const listener = await playing();
    const sid = await sessionOf(listener);
    expect(await officer.revoke({ session: sid })).toBe(1);
    await listener.reaches('revoked', 31_000);
    await listener.hearsNothing(1000);
    deployment.service.serve(service);
    await listener.page.context().close();
  });

  test('a session that runs out of time ends by itself', async () => {
    deployment.claims = input => ({ ...input, call: { ...input.call, maxSessionSeconds: 4 } });
    const listener = await playing();
    await listener.reaches('expired', 8000);
    await listener.hearsNothing(1000);
    deployment.claims = input => input;
    await listener.page.context().close();
  });
});

describe('the person locks the player', () => {
  test('nothing is heard until it is unlocked, and then from the same place', async () => {
    const listener = await playing();
    await listener.playsTo(2);
    await listener.page.evaluate(() => window.harness.player?.lock());
    await listener.reaches('locked');
    await listener.hearsNothing(1000);
    const locked = (await listener.state()) as { positionSeconds: number };
    await listener.page.evaluate(() => window.harness.player?.unlock());
    const unlocked = (await listener.state()) as { positionSeconds: number };
    expect(unlocked.positionSeconds).toBeCloseTo(locked.positionSeconds, 1);
    await listener.play();
    await listener.hears();
    await listener.page.context().close();
  });
});

describe('the page is left', () => {
  test('closing the player ends the session on record', async () => {
    const listener = await playing();
    const sid = await sessionOf(listener);
    await listener.page.evaluate(() => window.harness.player?.destroy());
    await listener.hearsNothing(1000);
    const types = (await officer.records(sid)).map(record => record.type);
    expect(types.slice(-2)).toEqual(['client.closed', 'session.closed']);
    await listener.page.context().close();
  });

  test('leaving sends what was signed', async () => {
    const listener = await playing();
    const sid = await sessionOf(listener);
    await listener.page.goto('about:blank');
    await expect
      .poll(async () => (await officer.records(sid)).map(r => r.type))
      .toContain('playback.started');
    await listener.page.context().close();
  });
});
