import type { Browser, Page } from 'playwright';
import type { Deployment } from '../support/deployment.ts';

/** Opens the test page in a Chromium that was changed before any script of the page ran. */
export async function openChangedPage(
  browser: Browser,
  url: string,
  change: () => void = () => undefined,
): Promise<Page> {
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(change);
  await page.goto(url);
  await page.waitForFunction(() => 'harness' in window);
  return page;
}

/** The test page under a name that is neither https nor this machine, so that it is no secure context. */
export async function openInsecurePage(browser: Browser, deployment: Deployment): Promise<Page> {
  const context = await browser.newContext();
  await context.route('http://clinic.example/**', async route => {
    const { pathname } = new URL(route.request().url());
    await route.fulfill({ response: await route.fetch({ url: deployment.page.url + pathname }) });
  });
  const page = await context.newPage();
  await page.goto('http://clinic.example/');
  await page.waitForFunction(() => 'harness' in window);
  return page;
}
