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

describe('the page for leaked copies', () => {
  let visitor: Visitor;
  beforeEach(async () => {
    visitor = await visit();
  });
  afterEach(() => visitor.page.context().close());

  const visit = (options?: BrowserContextOptions, path = '/trace'): Promise<Visitor> =>
    Visitor.open(browser, clinic.appUrl, options, path, '#trace');
  const panel = (): ReturnType<Visitor['page']['locator']> => visitor.page.locator('#trace');
  const says = (words: string | RegExp): Promise<void> =>
    panel().getByRole('status').filter({ hasText: words }).waitFor({ timeout: 120_000 });
  const choose = (path: string): Promise<void> =>
    panel().getByLabel('Choose the leaked recording, or drop it here').setInputFiles(path);

  const make = async (as: string): Promise<void> => {
    await panel()
      .getByRole('button', { name: `Leak it as ${as}` })
      .click();
    await panel().getByRole('button', { name: 'Trace this copy' }).waitFor({ timeout: 60_000 });
  };

  test('a leak of a colleague who left the player out names him, and says how surely', async () => {
    await make('Per Ek');
    await panel().getByRole('button', { name: 'Trace this copy' }).click();
    await says('The sound in leaked-copy.wav came from Per Ek, 1177 Region X.');
    const answer = await panel().textContent();
    expect(answer).toContain('had nothing to do with the copy is less than one in a');
    expect(answer).toMatch(/\d\d s of the recording\. .* (\d\d) of \1 parts are those given to Per Ek\./);
    expect(answer).toContain('too little of the player’s own mark is left');
    expect(answer).toContain('Call to 1177, 22 November, 02:47, from 0:00');
    expect(answer).toContain('It does not say who made the copy');
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  });

  test('the copy is plain sound: it is played by an audio element, and it is dragged to its place', async () => {
    await make('Anna Lind');
    const seconds = await panel()
      .locator('audio')
      .evaluate(async (audio: HTMLAudioElement) => {
        await audio.play();
        audio.pause();
        return audio.duration;
      });
    expect(seconds).toBeGreaterThan(90);
    await panel().locator('.chip').dragTo(panel().locator('.drop'));
    await says('The sound in leaked-copy.wav came from Anna Lind, 1177 Region X.');
    expect(await panel().getByRole('heading', { name: 'Anna Lind' }).count()).toBe(1);
    expect(visitor.complaints).toEqual([]);
  });

  test('two people who had the keys stand on one scale, and one of them is named', async () => {
    await make('Per Ek');
    await make('Anna Lind');
    await panel().getByRole('button', { name: 'Trace this copy' }).click();
    await says('came from Anna Lind');
    const rows = panel().locator('.candidate');
    expect(await rows.filter({ has: visitor.page.getByText('Anna Lind') }).getAttribute('class')).toContain(
      'fits',
    );
    expect(await rows.filter({ has: visitor.page.getByText('Per Ek') }).getAttribute('class')).not.toContain(
      'fits',
    );
    expect(await visitor.violations()).toEqual([]);
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
    await make('Per Ek');
    const sample = panel().getByRole('button', { name: 'Trace this copy' });
    await sample.press('Enter');
    await says('Listening for the mark in leaked-copy.wav.');
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
    await dropAt('h1');
    await dropAt('#trace .drop');
    await says('note.wav can’t be read as a recording.');
    expect(visitor.page.url()).toBe(`${clinic.appUrl}/trace`);
  });

  test.each([
    ['light', 'ltr'],
    ['dark', 'rtl'],
  ] as const)('%s, %s: nothing overflows, and axe objects to nothing', async (colorScheme, direction) => {
    for (const width of [1440, 390]) {
      const other = await visit({ colorScheme, viewport: { width, height: 900 } }, '/trace?lang=sv');
      await other.page.evaluate(dir => (document.documentElement.dir = dir), direction);
      await other.page.getByRole('button', { name: 'Läck det som Per Ek' }).waitFor();
      expect(await other.violations()).toEqual([]);
      expect(await other.overflows()).toBe(false);
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

test('nobody else is leaked for', async () => {
  const headers = { origin: clinic.appUrl, 'content-type': 'application/json' };
  const body = JSON.stringify({ by: 'maria.berg' });
  expect((await fetch(`${clinic.appUrl}/sample-leak`, { method: 'POST', headers, body })).status).toBe(400);
});
