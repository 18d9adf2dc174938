import { firstBrokenRecord } from '@secure-call/protocol';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { Officer } from '../support/officer.ts';
import { buildPage } from '../support/page-handler.ts';
import { phoneCall } from '../support/recordings.ts';

/** About 100 KB as signed events, where browsers give all closing requests 64 KiB. */
const JUMPS = 150;

let deployment: Deployment;
let browser: Browser;

beforeAll(async () => {
  await buildPage();
  deployment = await Deployment.create({ recordings: [phoneCall] });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

test('what no request could take before is on record after closing, without a gap, down to the closing itself', async () => {
  const officer = new Officer(deployment);
  const listener = await Listener.at(browser, deployment);
  expect(await listener.open()).toBeUndefined();
  const { page } = listener;
  const session = (): Promise<string> => page.evaluate(() => window.harness.events[0]?.sid ?? '');
  await expect.poll(session).not.toBe('');
  const sid = await session();
  // The service answers nothing but the closing requests.
  const whole = deployment.service.handler;
  deployment.service.serve(request =>
    /\/(events|sessions\/[^/]+)$/.test(new URL(request.url).pathname)
      ? whole(request)
      : Promise.resolve(new Response(null, { status: 502 })),
  );
  await page.evaluate(jumps => {
    for (let jump = 1; jump <= jumps; jump++) window.harness.player?.seek((jump * 7) % 40);
  }, JUMPS);
  const told = (): Promise<number> => page.evaluate(() => window.harness.events.length);
  await expect.poll(told).toBeGreaterThan(JUMPS);
  await page.evaluate(() => window.harness.player?.destroy());
  deployment.service.serve(whole);

  const records = await officer.records(sid);
  expect(await firstBrokenRecord(records)).toBeUndefined();
  const events = records
    .filter(({ author }) => author === 'client')
    .map(({ body }) => (body as { event: { eventSeq: number; type: string } }).event);
  expect(events.map(({ eventSeq }) => eventSeq)).toEqual(events.map((_, place) => place + 1));
  expect(events.length).toBeGreaterThan(JUMPS);
  expect(events.at(-1)?.type).toBe('client.closed');
  expect(records.at(-1)?.type).toBe('session.closed');
  await page.context().close();
});
