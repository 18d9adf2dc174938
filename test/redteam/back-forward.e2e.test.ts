import { type Browser, chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumFlags, findChromium } from '../setup/chromium.mjs';
import { Listener } from '../support/listener.ts';
import { nurseCall } from '../support/recordings.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let browser: Browser;

beforeAll(async () => {
  stage = await openStage({ recordings: [nurseCall] });
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('No Chromium found.');
  // Playwright turns the back-forward cache off, and without it this attack would prove nothing.
  const ignoreDefaultArgs = ['--disable-back-forward-cache'];
  browser = await chromium.launch({ executablePath, args: chromiumFlags, ignoreDefaultArgs });
}, 120_000);

afterAll(async () => {
  await browser.close();
  await stage.close();
});

test('whoever goes back to a page that was left finds silence, no vault and no open call', async () => {
  const { deployment } = stage;
  const listener = await Listener.at(browser, deployment);
  const { page } = listener;
  expect(await listener.open()).toBeUndefined();
  await listener.play();
  await listener.hears();
  await listener.playsTo(3);
  expect(page.workers()).toHaveLength(1);
  await page.evaluate(() => {
    addEventListener('pageshow', event => {
      document.title = event.persisted ? 'restored' : 'loaded anew';
    });
  });

  await page.goto(`${deployment.page.url}/vault.worker.js`);
  expect(page.workers()).toHaveLength(0);
  // A restored page never fires its load event again, which goBack would wait for.
  void page.goBack({ waitUntil: 'commit' }).catch(() => undefined);
  await page.waitForFunction(() => document.title === 'restored');

  expect((await listener.state()).status).toBe('idle');
  expect(page.workers()).toHaveLength(0);
  await listener.hearsNothing(1000);
  // Playing needs a reason, a grant and a session of its own.
  const leases = (await stage.officer.records()).filter(record => record.type === 'lease.issued').length;
  await listener.play();
  expect((await listener.state()).status).toBe('reason-required');
  await listener.hearsNothing(1000);
  expect((await stage.officer.records()).filter(r => r.type === 'lease.issued')).toHaveLength(leases);
  await page.context().close();
});
