/** Every page of the example site: nothing for axe to object to, sound HTML, no dead ends, and an open bucket that is one. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Clinic, startClinic } from '../../examples/clinic/server/start-clinic.ts';
import { launchBrowser } from '../support/browser.ts';
import { phoneCall } from '../support/recordings.ts';
import { soundLevel } from '../support/sound-meter.ts';
import { Visitor } from '../support/visitor.ts';

const ports = { app: 0, service: 0, storage: 0, frame: 0 };

/** By path, what has come when the page is complete. */
const pages = {
  '/': '.cards',
  '/listen': '.record',
  '/bucket': '.attempt .button',
  '/who-listened': '.summary:not(:empty)',
  '/reviews': '#readings',
  '/trace': '#trace',
} as const;

let browser: Browser;
let clinic: Clinic;
let folder: string;
let visitor: Visitor;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'clinic-site-'));
  clinic = await startClinic({ dataFolder: folder, ports });
  browser = await launchBrowser();
});
afterEach(() => visitor.page.context().close());
afterAll(async () => {
  await browser?.close();
  await clinic?.close();
  await rm(folder, { recursive: true, force: true });
});

const visit = async (path: string, options?: BrowserContextOptions, landmark = 'main'): Promise<Page> => {
  visitor = await Visitor.open(browser, clinic.appUrl, options, path, landmark);
  return visitor.page;
};

describe.each(Object.entries(pages))('%s', (path, complete) => {
  test.each([
    ['light', 'en', 'ltr'],
    ['dark', 'sv', 'ltr'],
    ['light', 'sv', 'rtl'],
    ['dark', 'en', 'rtl'],
  ] as const)(
    '%s, %s, %s: axe objects to nothing and nothing overflows, at every width',
    async (colorScheme, language, direction) => {
      const page = await visit(`${path}?lang=${language}`, { colorScheme }, complete);
      await page.evaluate(dir => (document.documentElement.dir = dir), direction);
      for (const width of [360, 768, 1280, 1600]) {
        await page.setViewportSize({ width, height: 860 });
        expect(await visitor.overflows(), `overflow at ${width}`).toBe(false);
        expect(await visitor.violations(), `axe at ${width}`).toEqual([]);
      }
      expect(visitor.complaints).toEqual([]);
    },
  );

  test('has a language, a title of its own, one heading of the first rank, and landmarks', async () => {
    const page = await visit(`${path}?lang=sv`, {}, complete);
    const facts = await page.evaluate(() => ({
      language: document.documentElement.lang,
      headings: [...document.querySelectorAll('h1')].filter(heading => heading.checkVisibility()).length,
      mains: document.querySelectorAll('main').length,
      banners: document.querySelectorAll('body > header').length,
      ids: [...document.querySelectorAll('[id]')].map(({ id }) => id),
    }));
    expect(facts).toMatchObject({ language: 'sv', headings: 1, mains: 1, banners: 1 });
    expect(new Set(facts.ids).size).toBe(facts.ids.length);
    expect(await page.title()).toMatch(/^\S.* · secure-call-player$/);
    const skip = page.locator('.skip');
    expect(await page.locator((await skip.getAttribute('href')) ?? '').count()).toBe(1);
  });

  test('an application that does not answer is told in words, and asked again', async () => {
    visitor = await Visitor.open(browser, clinic.appUrl, {}, path, complete);
    const { page } = visitor;
    await page.route('**/calls.json', route => route.abort());
    await page.reload();
    await page.getByText('The list of calls can’t be read.').waitFor();
    expect(await visitor.violations()).toEqual([]);
    await page.unroute('**/calls.json');
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator(complete).first().waitFor();
  });

  test('the other language is one click away, on the same page', async () => {
    const page = await visit(path, {}, complete);
    await page.getByRole('link', { name: 'Svenska' }).click();
    await page.getByRole('link', { name: 'English' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(path);
    expect(await page.locator('html').getAttribute('lang')).toBe('sv');
  });
});

test('an address where nothing is leads back', async () => {
  const page = await visit('/no-such-page');
  expect(await visitor.violations()).toEqual([]);
  await page.getByRole('link', { name: 'To the first page' }).click();
  await page.locator('.cards').waitFor();
});

describe('the guide', () => {
  const guide = (): ReturnType<Page['locator']> => visitor.page.locator('.guide');

  test('is put away and taken out again by keyboard, and a reload changes neither', async () => {
    const page = await visit('/trace', {}, '#trace');
    await guide().getByRole('button', { name: 'Hide the guide' }).press('Enter');
    await guide().getByText('Step 1 of 6.').waitFor({ state: 'hidden' });
    await page.reload();
    await guide().getByRole('button', { name: 'Show the guide' }).waitFor();
    expect(await guide().getByText('Step 1 of 6.').isVisible()).toBe(false);
    await guide().getByRole('button', { name: 'Show the guide' }).press('Enter');
    expect(await visitor.focusedText()).toBe('Hide the guide');
  });

  test('knows in one tab what was done in the other', async () => {
    const page = await visit('/trace', {}, '#trace');
    const other = await page.context().newPage();
    await other.goto(`${clinic.appUrl}/bucket`);
    await other.getByRole('button', { name: 'Try to play it' }).click();
    await other.locator('.ways').waitFor();
    await guide().getByText('Open the bucket (done)').waitFor();
  });

  test('works for as long as the page lives where the browser keeps nothing', async () => {
    visitor = await Visitor.open(browser, clinic.appUrl, {}, '/bucket', '#bucket');
    const { page } = visitor;
    await page.addInitScript(() =>
      Object.defineProperty(globalThis, 'localStorage', {
        get: () => {
          throw new DOMException('Storage is switched off.', 'SecurityError');
        },
      }),
    );
    await page.reload();
    await page.getByRole('button', { name: 'Try to play it' }).click();
    await guide().getByText('Open the bucket (done)').waitFor();
    expect(visitor.complaints).toEqual([]);
  });
});

describe('listening', () => {
  test('from the first page: one click and a reason, and back leads to a call that can be opened', async () => {
    const page = await visit('/', {}, '.cards');
    await visitor.openCall();
    await visitor.reaches('playing');
    await expect.poll(() => soundLevel(page)).toBeGreaterThan(0.01);
    await page.locator('.record').waitFor();
    await visitor.goTo('Trace a leak');
    await page.locator('#trace').waitFor();
    await page.goBack();
    await page.locator('.record').waitFor();
    await visitor.player.getByRole('button', { name: 'Listen to the call' }).waitFor();
    expect(await soundLevel(page)).toBe(0);
  });

  test('in two tabs at once: each has its session, and ending one leaves the other', async () => {
    const page = await visit('/listen', {}, '.record');
    await visitor.openCall();
    await visitor.reaches('playing');
    const context = page.context();
    const other = await context.newPage();
    await other.goto(`${clinic.appUrl}/listen`);
    const inOther = other.frameLocator('secure-call-player iframe');
    await inOther.getByRole('button', { name: 'Listen to the call' }).click();
    await inOther.getByRole('radio', { name: 'Follow-up of care' }).check();
    await inOther.getByRole('button', { name: 'Open and listen' }).click();
    await other.locator('secure-call-player:state(playing)').waitFor();
    await other.getByRole('button', { name: 'End this session for Anna Lind' }).click();
    await other.locator('secure-call-player:state(revoked)').waitFor();
    expect(await page.locator('secure-call-player:state(revoked)').count()).toBe(0);
  });

  test('a site that was started anew signs the visitor in again at the next visit', async () => {
    const page = await visit('/listen', {}, '.record');
    await page.context().clearCookies();
    await page.reload();
    await visitor.openCall();
    await visitor.reaches('playing');
  });
});

describe('the open bucket', () => {
  test('shows the real objects, and what is downloaded is what lies there', async () => {
    const page = await visit('/bucket', {}, '.attempt .button');
    const [first] = clinic.calls;
    const names = await page.locator('.files summary').allTextContents();
    expect(names.toSorted()).toEqual(clinic.calls.map(({ call }) => `${call}/`).toSorted());
    await page
      .locator('summary')
      .filter({ hasText: first?.call ?? '' })
      .evaluate(summary => {
        summary.parentElement?.setAttribute('open', '');
      });
    const file = page
      .locator('li', { hasText: first?.call ?? '' })
      .getByRole('button', { name: 'audio.bin' });
    await file.click();
    await page.getByRole('button', { name: 'Try to play it' }).click();
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download audio.bin' }).click();
    const taken = await readFile(await (await download).path());
    const address = `${clinic.storageUrl}/${first?.call}/`;
    const { entries } = (await (await fetch(address)).json()) as { entries: string[] };
    const stored = await (await fetch(`${address}${entries[0]}audio.bin`)).arrayBuffer();
    expect(taken.equals(Buffer.from(stored))).toBe(true);
    expect(visitor.complaints).toEqual([]);
  });

  test('everything is downloaded in one archive', async () => {
    const page = await visit('/bucket', {}, '.attempt .button');
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download everything' }).click();
    const archive = await readFile(await (await download).path());
    expect(archive.toString('latin1', 257, 262)).toBe('ustar');
    for (const { call } of clinic.calls) expect(archive.includes(`${call}/`)).toBe(true);
    await page.getByText('Everything is in open-bucket.tar.').waitFor();
  });

  test('its bytes are heard as noise', async () => {
    const page = await visit('/bucket', {}, '.attempt .button');
    await page.getByRole('button', { name: 'Try to play it' }).click();
    await page.getByRole('button', { name: 'Hear the bytes' }).click();
    await expect.poll(() => soundLevel(page)).toBeGreaterThan(0.01);
  });

  test('a recording that was not sealed is found and played: the attempts are real', async () => {
    const careless = await mkdtemp(join(tmpdir(), 'clinic-careless-'));
    await cp(folder, careless, { recursive: true });
    const plain = join(careless, 'storage', clinic.calls[0]?.call ?? '', 'plain.wav');
    await writeFile(plain, await readFile(phoneCall.path));
    const other = await startClinic({ dataFolder: careless, ports });
    visitor = await Visitor.open(browser, other.appUrl, {}, '/bucket', '.attempt .button');
    const { page } = visitor;
    await page
      .locator('summary')
      .filter({ hasText: clinic.calls[0]?.call ?? '' })
      .evaluate(summary => {
        summary.parentElement?.setAttribute('open', '');
      });
    await page.getByRole('button', { name: 'plain.wav' }).click();
    await page.getByRole('button', { name: 'Try to play it' }).click();
    await page.getByText('This file plays. It was stored without being sealed.').waitFor();
    const ways = await page.locator('.ways li').allTextContents();
    expect(ways.slice(0, 2)).toEqual(['A plain audio elementIt plays', 'The browser’s decoderIt plays']);
    await other.close();
    await rm(careless, { recursive: true, force: true });
  });

  test('a storage that does not answer is told in words, and asked again', async () => {
    const page = await visit('/bucket', {}, '.attempt .button');
    await page.route(`${clinic.storageUrl}/**`, route => route.abort());
    await page.getByRole('button', { name: 'Try to play it' }).click();
    await page.getByText('The file can’t be read.').waitFor();
    await page.reload();
    await page.getByText('The storage does not answer.').waitFor();
    await page.unroute(`${clinic.storageUrl}/**`);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.locator('.attempt .button').waitFor();
  });
});

test('each page’s policy allows what the page is for, and nothing else', async () => {
  await visit('/trace', {}, '#trace');
  const policy = async (path: string): Promise<string> =>
    (await fetch(clinic.appUrl + path, { redirect: 'manual' })).headers.get('content-security-policy') ?? '';
  for (const path of Object.keys(pages)) {
    const said = await policy(path);
    expect(said).toContain("default-src 'self'; script-src 'self'; style-src 'self'");
    expect(said).not.toContain('unsafe');
    expect(said.includes(clinic.serviceUrl)).toBe(false);
    expect(said.includes(clinic.storageUrl)).toBe(path === '/bucket');
    expect(said.includes(clinic.frameUrl)).toBe(path === '/' || path === '/listen');
  }
});
