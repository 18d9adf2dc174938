import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment } from '../support/deployment.ts';
import { openPackage } from '../support/opened-package.ts';
import { buildPage } from '../support/page-handler.ts';
import { phoneCall } from '../support/recordings.ts';
import { openChangedPage } from './changed-page.ts';

declare global {
  interface Window {
    /** What the page did with its media source. */
    managed: { opened: number; remotePlaybackDisabled: boolean[]; pauses: number };
  }
}

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

/** Makes Chromium offer what an iPhone does: a ManagedMediaSource that asks for data and stops asking, nothing else. */
function offerOnlyManagedMediaSource(): void {
  const Native = MediaSource;
  window.managed = { opened: 0, remotePlaybackDisabled: [], pauses: 0 };
  class ManagedMediaSource extends Native {
    #asks = true;

    constructor() {
      super();
      this.addEventListener('sourceopen', () => (window.managed.opened += 1));
      setInterval(() => this.#turn(), 500);
    }

    #turn(): void {
      if (this.readyState !== 'open') return;
      this.#asks = !this.#asks;
      if (!this.#asks) window.managed.pauses += 1;
      this.dispatchEvent(new Event(this.#asks ? 'startstreaming' : 'endstreaming'));
    }
  }
  Reflect.set(window, 'ManagedMediaSource', ManagedMediaSource);
  Reflect.deleteProperty(window, 'MediaSource');
  const appendChild = Reflect.get(Node.prototype, 'appendChild');
  Node.prototype.appendChild = function <T extends Node>(this: Node, child: T): T {
    if (this instanceof HTMLMediaElement)
      window.managed.remotePlaybackDisabled.push(this.disableRemotePlayback);
    return appendChild.call(this, child) as T;
  };
}

test('a browser with nothing but ManagedMediaSource plays, seeks and unlocks, and never casts the sound', async () => {
  const page = await openChangedPage(browser, deployment.page.url, offerOnlyManagedMediaSource);
  const [pack] = deployment.packages;
  if (!pack) throw new Error('There is no package.');
  const call = { call: pack.callId, service: deployment.service.url };
  expect(await page.evaluate(c => window.harness.open(c), call)).toBeUndefined();
  await page.evaluate(() => window.harness.player?.play());
  const at = (seconds: number): Promise<unknown> =>
    page.waitForFunction(to => {
      const state = window.harness.player?.state;
      return state !== undefined && 'positionSeconds' in state && (state.positionSeconds ?? 0) >= to;
    }, seconds);
  await at(8);
  const mp4 = await openPackage(pack, deployment.archive);
  const [left] = await page.evaluate(m => window.harness.compare(m, 0.2, 6.2), mp4);
  expect(left.correlation).toBeGreaterThanOrEqual(0.95);
  await page.evaluate(() => window.harness.player?.seek(30));
  await at(31);
  await page.evaluate(() => window.harness.player?.lock());
  await page.evaluate(() => window.harness.player?.unlock());
  await page.evaluate(() => window.harness.player?.play());
  await at(32);

  const { opened, remotePlaybackDisabled, pauses } = await page.evaluate(() => window.managed);
  expect(opened).toBe(2);
  expect(pauses).toBeGreaterThan(5);
  expect(remotePlaybackDisabled).toEqual([true, true]);
  expect(await page.evaluate(() => window.violations)).toEqual([]);
  await page.context().close();
});
