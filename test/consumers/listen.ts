import type { Browser, Page } from 'playwright';
import { expect } from 'vitest';
import type { Deployment } from '../support/deployment.ts';
import { openPackage } from '../support/opened-package.ts';

/** Where a page's sound is compared with its package. */
const [FROM_SECONDS, TO_SECONDS] = [0.2, 6.2] as const;

/**
 * Opens the page's call as a person does and listens.
 * @returns what the page complained about
 * @throws with that, where there is no sound
 */
export async function listen(
  browser: Browser,
  deployment: Deployment,
  ears: string,
): Promise<readonly string[]> {
  const context = await browser.newContext({ locale: 'en-GB' });
  const page = await context.newPage();
  const complaints = await complaintsOf(page);
  try {
    await page.addInitScript(ears);
    await page.goto(deployment.page.url);
    await openCall(page);
    await page.waitForFunction(to => currentTime() >= to, TO_SECONDS + 1, { polling: 50 });
    await expectSound(page, deployment);
    return complaints;
  } catch (cause) {
    throw new Error(['The call was not heard.', ...complaints].join('\n'), { cause });
  } finally {
    await context.close();
  }
}

async function complaintsOf(page: Page): Promise<readonly string[]> {
  const complaints: string[] = [];
  page.on('pageerror', error => complaints.push(String(error)));
  await page.exposeFunction('complain', (what: string) => complaints.push(what));
  await page.addInitScript(() => {
    addEventListener('securitypolicyviolation', event => {
      (Reflect.get(globalThis, 'complain') as (what: string) => void)(
        `${event.effectiveDirective}: ${event.blockedURI} ${event.sample}`,
      );
    });
    Object.assign(globalThis, {
      currentTime: () => document.querySelector('secure-call-player')?.currentTime ?? 0,
    });
  });
  return complaints;
}

declare function currentTime(): number;

async function openCall(page: Page): Promise<void> {
  await page.getByText('Call to 1177, 22 November, 02:47').waitFor();
  await page.getByRole('button', { name: 'Listen to the call' }).click();
  await page.getByRole('radio', { name: 'Follow-up of care' }).check();
  await page.getByRole('button', { name: 'Open and listen' }).click();
}

/** What came out, through the inaudible watermark that this session must carry, is what was sealed. */
async function expectSound(page: Page, deployment: Deployment): Promise<void> {
  const [pack] = deployment.packages;
  if (!pack) throw new Error('Nothing was packed.');
  const mp4 = await openPackage(pack, deployment.archive);
  const sides = await page.evaluate(([m, from, to]) => window.ears.compare(m, from, to), [
    mp4,
    FROM_SECONDS,
    TO_SECONDS,
  ] as const);
  for (const { blocks, correlation } of sides) {
    expect(blocks).toBeGreaterThan(2);
    expect(correlation).toBeGreaterThanOrEqual(0.95);
  }
}
