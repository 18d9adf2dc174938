import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Visitor } from '../support/visitor.ts';
import { ShellSession } from './shell-session.ts';

let browser: Browser;
let session: ShellSession;
beforeAll(async () => {
  session = await ShellSession.open('docs/quick-start.md');
  await session.start();
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await session?.close();
});

const position = (page: Page): Promise<number> =>
  page.evaluate(
    () =>
      document.querySelector<HTMLElement & { currentTime: number }>('secure-call-player')?.currentTime ?? 0,
  );

test('an empty folder plays its first sound after the steps of the quick start, under a strict policy', async () => {
  const visitor = await Visitor.open(
    browser,
    `http://localhost:${session.ports.page}`,
    {},
    '/',
    'secure-call-player',
  );
  const { page } = visitor;
  await page.getByRole('button', { name: 'Listen to the call' }).click();
  await page.getByRole('radio', { name: 'Follow-up of care' }).check();
  await page.getByRole('button', { name: 'Open and listen' }).click();
  await page.locator('secure-call-player:state(playing)').waitFor();
  await expect.poll(() => position(page), { timeout: 30_000 }).toBeGreaterThan(1);
  expect(visitor.complaints).toEqual([]);
});
