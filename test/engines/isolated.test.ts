/** The isolated player, in a frame of another origin, opens and plays in the engines besides Chromium too. */
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { Deployment } from '../support/deployment.ts';
import { createHostPage, FrameSite } from '../support/frame-site.ts';
import { bundlePage } from '../support/page-handler.ts';
import { nurseCall } from '../support/recordings.ts';
import { until } from '../support/until.ts';
import type { Engine, EnginePage } from './engine-page.ts';
import { enginesUnderTest } from './engine-under-test.ts';

let deployment: Deployment;
let site: FrameSite;

beforeAll(async () => {
  await bundlePage(fileURLToPath(new URL('../e2e/page/element-page.ts', import.meta.url)), 'element-page');
  deployment = await Deployment.create({ recordings: [nurseCall] });
  deployment.page.serve(createHostPage(deployment, { givesGrants: false }));
  site = await FrameSite.listen(deployment);
});
afterAll(async () => {
  await site?.close();
  await deployment?.close();
});

for (const { name, missing, launch } of enginesUnderTest()) {
  const title = missing === undefined ? name : `${name}, skipped because ${missing} is not installed`;
  describe.skipIf(missing !== undefined)(title, () => {
    let engine: Engine;
    let page: EnginePage;

    beforeAll(async () => {
      engine = await launch(inject('pulseServer'));
    });
    afterAll(() => engine?.close());
    beforeEach(async () => {
      page = await engine.openPage();
    });
    afterEach(() => page.close());

    /** Presses what has this selector in the frame's player, once it is there. */
    async function press(selector: string): Promise<void> {
      const pressed = (): Promise<boolean> =>
        page
          .evaluateInFrame(wanted => {
            const root = document.querySelector('secure-call-player')?.shadowRoot;
            const control = root?.querySelector<HTMLElement>(wanted);
            control?.click();
            return Boolean(control);
          }, selector)
          // The frame's page may not be there yet.
          .catch(() => false);
      await until(pressed, 30_000, () => `${selector} in the frame`);
    }

    test('a person answers in the frame, the page sees the sound go on, and nothing of the call', async () => {
      await page.goto(`${site.url}/sign-in`);
      const isReady = (): Promise<boolean> => page.evaluate(() => 'host' in window, undefined);
      await until(isReady, 30_000, () => 'the host page');
      const isolation = { ...site.isolation, call: deployment.packages[0]?.callId ?? '' };
      await page.evaluate(wanted => window.host.isolated(wanted), isolation);
      await press('[part="start-button"]');
      await press('input[type="radio"]');
      await press('[part="submit-button"]');
      const plays = (): Promise<boolean> =>
        page.evaluate(() => (window.host.element?.currentTime ?? 0) > 2, undefined);
      await until(plays, 60_000, () => 'two seconds of the call');
      const seen = await page.evaluate(() => {
        const { element } = window.host;
        return [element?.paused, element?.player?.peaks, element?.player?.transcript].map(String);
      }, undefined);
      expect(seen).toEqual(['false', 'undefined', 'undefined']);
      expect(site.attempts.at(-1)).toMatchObject({ origin: site.url, status: 200 });
    });
  });
}
