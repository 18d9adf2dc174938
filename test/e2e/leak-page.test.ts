import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Clinic, startClinic } from '../../examples/clinic/server/start-clinic.ts';
import { launchBrowser } from '../support/browser.ts';
import { phoneCall } from '../support/recordings.ts';
import { Visitor } from '../support/visitor.ts';

let browser: Browser;
let clinic: Clinic;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'leak-page-'));
  clinic = await startClinic({ dataFolder: folder, ports: { app: 0, service: 0, storage: 0, frame: 0 } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await clinic?.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the panel for leaked copies', () => {
  let visitor: Visitor;
  beforeEach(async () => {
    visitor = await visit();
  });
  afterEach(() => visitor.page.context().close());

  const visit = (options?: BrowserContextOptions, path?: string): Promise<Visitor> =>
    Visitor.open(browser, clinic.appUrl, options, path);
  const panel = (): ReturnType<Visitor['page']['locator']> => visitor.page.locator('#trace');
  const says = (words: string | RegExp): Promise<void> =>
    panel().getByRole('status').filter({ hasText: words }).waitFor({ timeout: 120_000 });
  const choose = (path: string): Promise<void> =>
    panel().getByLabel('Choose the leaked recording, or drop it here').setInputFiles(path);

  test('a sample leak of a colleague who left the player out names him, and says how surely', async () => {
    await panel().getByRole('button', { name: 'Trace a sample leak' }).click();
    await says('The sound in sample-leak.wav came from Per Ek, 1177 Region X.');
    const answer = await panel().textContent();
    expect(answer).toContain('had nothing to do with the copy is less than one in a');
    expect(answer).toMatch(/\d\d s of the recording\. .* (\d\d) of \1 parts are those given to Per Ek\./);
    expect(answer).toContain('too little of the player’s own mark is left');
    expect(answer).toContain('Call to 1177, 22 November, 02:47, from 0:00');
    expect(answer).toContain('It does not say who made the copy');
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  });

  test('a recording that nobody opened here has no mark, and the panel says what that does not mean', async () => {
    await choose(phoneCall.path);
    await says('No mark found in phone-call.wav.');
    expect(await panel().textContent()).toContain('It does not mean that nobody here leaked it.');
    expect(await visitor.violations()).toEqual([]);
  });

  test('a file that is no recording is refused in words', async () => {
    const path = join(folder, 'letter.wav');
    await writeFile(path, 'Dear colleague');
    await choose(path);
    await says('letter.wav can’t be read as a recording.');
  });

  test('a file that is too large is not sent', async () => {
    const path = join(folder, 'all-day.wav');
    const file = await open(path, 'w');
    await file.truncate(51 * 1024 * 1024);
    await file.close();
    let sent = 0;
    visitor.page.on('request', request => (sent += Number(request.url().endsWith('/traces'))));
    await choose(path);
    await says('all-day.wav is 51 MB; 50 MB at most can be traced.');
    expect(sent).toBe(0);
  });

  test('a search can be stopped, and the keyboard is where it was', async () => {
    await visitor.page.route('**/traces', () => undefined);
    const sample = panel().getByRole('button', { name: 'Trace a sample leak' });
    await sample.press('Enter');
    await says('Listening for the mark in sample-leak.wav.');
    await visitor.page.keyboard.press('Enter');
    await says('Stopped. Nothing was found out.');
    expect(await sample.evaluate(button => button === document.activeElement)).toBe(true);
  });

  test('a file is dropped in; beside the place it does nothing, and the call stays', async () => {
    const path = join(folder, 'note.wav');
    await writeFile(path, 'Dear colleague');
    const devtools = await visitor.page.context().newCDPSession(visitor.page);
    const dropAt = async (place: string): Promise<void> => {
      const target = visitor.page.locator(place);
      await target.scrollIntoViewIfNeeded();
      const { x, y, width, height } = (await target.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
      const data = { items: [], files: [path], dragOperationsMask: 1 };
      for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
        await devtools.send('Input.dispatchDragEvent', { type, x: x + width / 2, y: y + height / 2, data });
    };
    await dropAt('.about');
    await dropAt('#trace .drop');
    await says('note.wav can’t be read as a recording.');
    expect(visitor.page.url()).toBe(`${clinic.appUrl}/`);
  });

  test.each([
    ['light', 'ltr'],
    ['dark', 'rtl'],
  ] as const)('%s, %s: nothing overflows, and axe objects to nothing', async (colorScheme, direction) => {
    for (const width of [1440, 390]) {
      const other = await visit({ colorScheme, viewport: { width, height: 900 } }, '/?lang=sv');
      await other.page.evaluate(dir => (document.documentElement.dir = dir), direction);
      await other.page.getByRole('button', { name: 'Spåra en provläcka' }).waitFor();
      expect(await other.violations()).toEqual([]);
      const { scrollWidth, clientWidth } = await other.page.evaluate(() => document.documentElement);
      expect(scrollWidth).toBe(clientWidth);
      await other.page.context().close();
    }
  });
});

test.each(['/traces', '/sample-leak'])('%s is for the application’s own page only', async path => {
  const post = (headers: Record<string, string>): Promise<Response> =>
    fetch(clinic.appUrl + path, { method: 'POST', headers, body: 'sound' });
  expect((await post({})).status).toBe(403);
  expect((await post({ origin: 'https://elsewhere.example' })).status).toBe(403);
  expect((await post({ origin: clinic.appUrl, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
});
