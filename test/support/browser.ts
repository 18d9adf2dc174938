import { type Browser, chromium, type Page } from 'playwright';
import { chromiumFlags, findChromium } from '../setup/chromium.mjs';

export function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('No Chromium found; npm test installs one.');
  return chromium.launch({ executablePath, args: chromiumFlags });
}

/** A page in a context of its own, with everything it logs as an error or refuses by policy collected. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(url);
  await page.waitForFunction(() => 'harness' in window);
  return page;
}
