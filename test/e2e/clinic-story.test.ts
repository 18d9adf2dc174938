/** What the example site tells in a minute, as one visitor sees and hears it: from its first page to the leaker's name. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Clinic, startClinic } from '../../examples/clinic/server/start-clinic.ts';
import { launchBrowser } from '../support/browser.ts';
import { soundLevel } from '../support/sound-meter.ts';
import { Visitor } from '../support/visitor.ts';

/** What is pressed and read on the way, by language. */
const languages = {
  en: {
    locale: 'en-GB',
    listen: 'Listen to the call',
    purpose: 'Follow-up of care',
    open: 'Open and listen',
    opened: 'Opened',
    heard: 'Heard 0:00',
    toTheButton: 'To the button',
    end: 'End this session for Anna Lind',
    withdrawn: 'Your access was withdrawn',
    bucket: 'Open the bucket',
    tryIt: 'Try to play it',
    noSound: 'The browser finds no sound in it.',
    noise: 'it is even noise',
    who: 'See who listened',
    once: 'Opened once.',
    reason: 'Nurse, 1177 Region XFollow-up of care',
    leak: 'Trace a leak',
    leakIt: 'Leak it as Anna Lind, that is you',
    traceIt: 'Trace this copy',
    named: 'came from Anna Lind, 1177 Region X.',
    finished: 'That was all of it',
    step: (place: number) => `Step ${place} of 6.`,
  },
  sv: {
    locale: 'sv-SE',
    listen: 'Lyssna på samtalet',
    purpose: 'Uppföljning av vård',
    open: 'Öppna och lyssna',
    opened: 'Öppnat',
    heard: 'Hört 0:00',
    toTheButton: 'Till knappen',
    end: 'Avsluta sessionen för Anna Lind',
    withdrawn: 'Din åtkomst har dragits in',
    bucket: 'Öppna lagret',
    tryIt: 'Försök att spela upp den',
    noSound: 'Webbläsaren hittar inget ljud i den.',
    noise: 'den jämnt brus',
    who: 'Se vem som har lyssnat',
    once: 'Öppnat en gång.',
    reason: 'Sjuksköterska, 1177 Region XUppföljning av vård',
    leak: 'Spåra en läcka',
    leakIt: 'Läck det som Anna Lind, det är du',
    traceIt: 'Spåra kopian',
    named: 'kom från Anna Lind, 1177 Region X.',
    finished: 'Det var allt',
    step: (place: number) => `Steg ${place} av 6.`,
  },
} as const;

let browser: Browser;
let clinic: Clinic;
let folder: string;
let visitor: Visitor;

beforeAll(async () => {
  browser = await launchBrowser();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinic-story-'));
  clinic = await startClinic({ dataFolder: folder, ports: { app: 0, service: 0, storage: 0, frame: 0 } });
});
afterEach(async () => {
  await visitor.page.context().close();
  await clinic.close();
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => browser?.close());

for (const [language, words] of Object.entries(languages)) {
  /** The guide, its next step, and what follows a reload if `reloads`. */
  const tell = async (reloads: boolean): Promise<void> => {
    const { page } = visitor;
    const guide = page.locator('.guide');
    const isAt = async (place: number): Promise<void> => {
      await guide.getByText(words.step(place)).waitFor();
      if (reloads) {
        await page.reload();
        await guide.getByText(words.step(place)).waitFor();
      }
      expect(await guide.locator('.done').count()).toBe(place - 1);
      expect(await page.locator('html').getAttribute('lang')).toBe(language);
    };
    const open = async (): Promise<void> => {
      await visitor.player.getByRole('button', { name: words.listen }).click();
      await visitor.player.getByRole('radio', { name: words.purpose }).check();
      await visitor.player.getByRole('button', { name: words.open }).click();
      await visitor.reaches('playing');
      await expect.poll(() => soundLevel(page)).toBeGreaterThan(0.01);
    };

    await isAt(1);
    expect(await soundLevel(page)).toBe(0);
    await open();
    expect(new URL(page.url()).pathname).toBe('/listen');
    await visitor.lines(words.opened).first().waitFor();
    await visitor.lines(words.heard).waitFor();
    expect(await visitor.violations()).toEqual([]);
    await isAt(3);

    if (reloads) await open();
    await guide.getByRole('button', { name: words.toTheButton }).click();
    expect(await visitor.focusedText()).toContain(words.end);
    await page.keyboard.press('Enter');
    await visitor.player.getByText(words.withdrawn).waitFor();
    await expect.poll(() => soundLevel(page)).toBe(0);
    await isAt(4);

    await guide.locator('.go').getByRole('link', { name: words.bucket }).click();
    await page.getByRole('button', { name: words.tryIt }).click();
    await page.getByText(words.noSound).waitFor();
    await page.getByText(words.noise).waitFor();
    expect(await page.locator('.ways code').count()).toBe(3);
    expect(await visitor.violations()).toEqual([]);
    await isAt(5);

    await guide.locator('.go').getByRole('link', { name: words.who }).click();
    await page.locator('.accesses li').first().waitFor();
    const seen = await page.locator('.accesses').textContent();
    expect(seen).toContain(words.reason);
    expect(await visitor.violations()).toEqual([]);
    if (!reloads) await page.getByText(words.once).waitFor();
    await isAt(6);

    await guide.locator('.go').getByRole('link', { name: words.leak }).click();
    await page.getByRole('button', { name: words.leakIt }).click();
    await page.getByRole('button', { name: words.traceIt }).click({ timeout: 60_000 });
    await page.getByRole('status').filter({ hasText: words.named }).waitFor({ timeout: 120_000 });
    await guide.getByText(words.finished).waitFor();
    expect(await guide.locator('.done').count()).toBe(6);
    expect(await visitor.violations()).toEqual([]);
  };

  test(`${language}: listens, sees the record grow, stops the sound, finds noise, sees who listened, gets the name`, async () => {
    visitor = await Visitor.open(browser, clinic.appUrl, { locale: words.locale }, '/');
    await tell(false);
    expect(visitor.complaints).toEqual([]);
  });

  test(`${language}: the same with a reload after every step`, async () => {
    visitor = await Visitor.open(browser, clinic.appUrl, { locale: words.locale }, '/');
    await tell(true);
    expect(visitor.complaints).toEqual([]);
  });
}
