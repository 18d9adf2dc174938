/** A frame of another site than the page: its session is a cookie that Chromium keeps apart for each such page (CHIPS). */
import type { Page } from 'playwright';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { inFrame, IsolationStage, listen, playsTo } from '../support/isolation-stage.ts';
import { nurseCall } from '../support/recordings.ts';

let stage: IsolationStage;
let page: Page;

beforeAll(async () => {
  stage = await IsolationStage.open({ recordings: [nurseCall], isOtherSite: true });
});
afterAll(() => stage.close());
afterEach(() => page.context().close());

test('a partitioned cookie that was set inside the frame opens the call', async () => {
  stage.site.signsInInside = true;
  page = await stage.visitIsolated();
  expect(new URL(stage.site.url).hostname).not.toBe(new URL(page.url()).hostname);
  await listen(inFrame(page));
  await playsTo(page, 1);
  expect(stage.site.attempts.at(-1)).toMatchObject({ origin: stage.site.url, status: 200 });
  const own = (await page.context().cookies(stage.site.url)).filter(({ name }) => name === 'test-player');
  expect(own.map(({ partitionKey }) => new URL(partitionKey ?? stage.site.url).hostname)).toContain(
    'localhost',
  );
});

test('one that a visit of the whole page has set does not reach the frame', async () => {
  stage.site.signsInInside = false;
  page = await stage.visitIsolated();
  await listen(inFrame(page));
  await page.locator('secure-call-player:state(failed)').waitFor();
  expect(stage.site.attempts.at(-1)).toMatchObject({ origin: stage.site.url, status: 401 });
});
