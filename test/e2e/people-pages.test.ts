import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContextOptions, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Clinic, startClinic } from '../../examples/clinic/server/start-clinic.ts';
import { launchBrowser } from '../support/browser.ts';
import { Visitor } from '../support/visitor.ts';

let browser: Browser;
let clinic: Clinic;
let packed: string;
let folder: string;
let visitor: Visitor;

const ports = { app: 0, service: 0, storage: 0 };

/** Packed calls and a record in which nobody has listened yet, for every test to begin with. */
beforeAll(async () => {
  packed = await mkdtemp(join(tmpdir(), 'people-pages-'));
  await (await startClinic({ dataFolder: packed, ports })).close();
  browser = await launchBrowser();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'people-pages-'));
  await cp(packed, folder, { recursive: true });
  clinic = await startClinic({ dataFolder: folder, ports });
});
afterEach(async () => {
  await visitor.page.context().close();
  await clinic.close();
  await rm(folder, { recursive: true, force: true });
});
afterAll(async () => {
  await browser?.close();
  await rm(packed, { recursive: true, force: true });
});

const visit = async (path: string, options: BrowserContextOptions = {}): Promise<Page> => {
  visitor = await Visitor.open(browser, clinic.appUrl, options, path, 'main');
  return visitor.page;
};

const samples = async (page: Page, name: string): Promise<void> => {
  const made = page.waitForResponse('**/sample-accesses');
  await page.getByRole('button', { name }).click();
  expect((await made).status()).toBe(204);
};

describe('who listened to my call', () => {
  const accesses = (page: Page): ReturnType<Page['locator']> => page.locator('.accesses li');

  test('nobody, then a colleague, an emergency that has to be reviewed, and a refusal', async () => {
    const page = await visit('/who-listened');
    await page.getByText('No one has opened this call.').waitFor();
    await samples(page, 'Have colleagues open this call');
    await page.getByText('Opened twice. One attempt was refused.').waitFor();
    const [refused = '', emergency = '', nurse = ''] = await accesses(page).allTextContents();
    expect(refused).toContain('Refused');
    expect(refused).toContain('Medical secretary, Granen Health Centre');
    expect(refused).toContain('Stated: quality review');
    expect(refused).toContain('Was not let in. No sound was played.');
    expect(emergency).toContain('Emergency access');
    expect(emergency).toContain('Ambulance nurse, Ambulance Region X');
    expect(emergency).toMatch(/Heard \d+ s of 2 min 13 s\. At most \d+ s could be heard\./);
    expect(emergency).toMatch(/To be reviewed by \d+ \w+\./);
    expect(nurse).toMatch(/^Today \d\d:\d\dNurse, 1177 Region XFollow-up of care/);
    expect(nurse).not.toContain('review');
    // By role and unit, as the region tells it: no names.
    const text = (await page.locator('main').textContent()) ?? '';
    for (const name of ['Per Ek', 'Maria Berg', 'Ali Rahim', 'per.ek']) expect(text).not.toContain(name);
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  });

  test('the bar shows the seconds that the record has as heard', async () => {
    const page = await visit('/who-listened');
    await samples(page, 'Have colleagues open this call');
    const told = page.waitForResponse('**/accesses.json*');
    await page.reload();
    const { accesses: seen } = (await (await told).json()) as { accesses: { heard: [number, number][] }[] };
    const heard = seen.map(access => access.heard).find(ranges => ranges.length > 0);
    const drawn = page.locator('.heard-bar .heard').first();
    expect(Number(await drawn.getAttribute('x'))).toBe(0);
    const [, to = 0] = heard?.[0] ?? [];
    const seconds = clinic.calls[0]?.durationSeconds ?? 0;
    expect(Number(await drawn.getAttribute('width'))).toBeCloseTo(to / seconds, 6);
  });

  test('each caller sees their own call alone', async () => {
    const page = await visit('/who-listened');
    await samples(page, 'Have colleagues open this call');
    await accesses(page).first().waitFor();
    await page.getByRole('link', { name: 'Service desk' }).click();
    await page.getByText('No one has opened this call.').waitFor();
    expect(await accesses(page).count()).toBe(0);
    expect(await page.locator('main').textContent()).toContain('Call to Switchboard');
  });

  test('what is heard on the page to listen is on the caller’s list', async () => {
    await visit('/listen');
    await visitor.openCall();
    await visitor.reaches('playing');
    await visitor.lines('Heard 0:00').waitFor();
    await visitor.goTo('Who listened');
    await visitor.page.getByText('Opened once.').waitFor();
    const [mine = ''] = await accesses(visitor.page).allTextContents();
    expect(mine).toContain('Nurse, 1177 Region X');
    expect(mine).toMatch(/Heard \d+ s of 2 min 13 s\./);
  });

  test('a key service that does not answer is told in words, and asked again', async () => {
    const page = await visit('/who-listened');
    await page.getByText('No one has opened this call.').waitFor();
    await clinic.service.stop();
    await page.reload();
    await page.getByText('The access record can’t be read now.').waitFor();
    await clinic.service.start();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('No one has opened this call.').waitFor();
  });
});

describe('the review queue', () => {
  const card = (page: Page): ReturnType<Page['locator']> => page.getByRole('article', { name: 'Maria Berg' });

  test('an emergency is there with its rules, its reason, its notice and its deadline', async () => {
    const page = await visit('/reviews');
    await page.getByText('Nothing waits for a review.').waitFor();
    await samples(page, 'Have colleagues open a call');
    await card(page).waitFor();
    const text = (await card(page).textContent()) ?? '';
    for (const words of [
      'Emergency access',
      'No care relation',
      'An emergency is always reviewed.',
      'The application knew of no care relation to the patient.',
      'The caller is unconscious in the ambulance. What was taken?',
      'Manager and data protection officer, on record today',
      'Call to 1177, 22 November, 02:47',
      'Ambulance nurse, Ambulance Region X',
    ])
      expect(text).toContain(words);
    expect(text).toMatch(/Heard \d+ s\. Keys for \d+ s were given\./);
    expect(text).toMatch(/Review by\d+ \w+ \d\d:\d\d/);
    const refused = page.locator('section').filter({ hasText: 'Refused by the application' });
    expect(await refused.textContent()).toContain('Medical secretary, Granen Health Centre');
    expect(await visitor.violations()).toEqual([]);
    expect(visitor.complaints).toEqual([]);
  });

  test('a review needs its grounds, is recorded under the reviewer’s name, and the caller sees the outcome', async () => {
    const page = await visit('/reviews');
    await samples(page, 'Have colleagues open a call');
    await card(page).getByRole('radio', { name: 'There was no reason' }).check();
    await card(page).getByRole('button', { name: 'Record the review' }).click();
    await page.getByText('Give the grounds.').waitFor();
    const note = card(page).getByRole('textbox', { name: 'Grounds' });
    expect(await note.evaluate(field => field === document.activeElement)).toBe(true);
    await note.fill('No ambulance was sent that night.');
    await card(page).getByRole('button', { name: 'Record the review' }).click();
    await page.getByText('The review is on record.').waitFor();
    await card(page).waitFor({ state: 'detached' });
    const done = page.locator('section').filter({ hasText: 'Reviewed' });
    expect(await done.textContent()).toMatch(
      /Maria Berg.*There was no reason: No ambulance was sent that night\.Ingrid Falk, today \d\d:\d\d/,
    );
    await page.reload();
    await done.getByText('No ambulance was sent that night.').waitFor();
    await visitor.goTo('Who listened');
    await page.getByText(/^Reviewed \d+ \w+: there was no reason to listen\.$/).waitFor();
    expect(await page.getByText('To be reviewed by').count()).toBe(0);
  });

  test('what is to be followed up stays, with what was found', async () => {
    const page = await visit('/reviews');
    await samples(page, 'Have colleagues open a call');
    await card(page).getByRole('radio', { name: 'To be followed up' }).check();
    await card(page).getByRole('textbox', { name: 'Grounds' }).fill('Ask the ambulance.');
    await card(page).getByRole('button', { name: 'Record the review' }).click();
    await page.getByText('The review is on record.').waitFor();
    expect(await card(page).textContent()).toContain('To be followed up. Ask the ambulance.');
  });

  test('reading is on record, and shows who read what', async () => {
    const page = await visit('/who-listened');
    await page.getByText('No one has opened this call.').waitFor();
    await visitor.goTo('Reviews');
    const readings = page.locator('section').filter({ hasText: 'Who has read the record' });
    await readings.waitFor();
    const [newest = '', second = '', third = ''] = await readings.locator('li').allTextContents();
    expect(newest).toMatch(/^Privacy office, Region XThe recordToday/);
    expect(second).toMatch(/^Ingrid FalkThe review queueToday/);
    expect(third).toMatch(/^PatientWho listenedToday/);
  });
});

test.each([
  ['light', 'ltr'],
  ['dark', 'rtl'],
] as const)('%s, %s: nothing overflows, and axe objects to nothing', async (colorScheme, direction) => {
  const page = await visit('/who-listened?lang=sv', { colorScheme });
  await samples(page, 'Låt kollegor öppna samtalet');
  for (const path of ['/who-listened', '/reviews']) {
    for (const width of [1400, 390]) {
      await page.setViewportSize({ width, height: 844 });
      await page.goto(`${clinic.appUrl}${path}?lang=sv`);
      await page.evaluate(dir => (document.documentElement.dir = dir), direction);
      await page.locator('.tag').first().waitFor();
      expect(await visitor.violations()).toEqual([]);
      expect(await visitor.overflows()).toBe(false);
    }
  }
  expect(visitor.complaints).toEqual([]);
});

describe('the backend', () => {
  test.each(['/reviews', '/sample-accesses'])('%s is for the application’s own page only', async path => {
    await visit('/reviews');
    const post = (headers: Record<string, string>): Promise<Response> =>
      fetch(clinic.appUrl + path, { method: 'POST', headers, body: '{}' });
    expect((await post({})).status).toBe(403);
    expect((await post({ origin: 'https://elsewhere.example' })).status).toBe(403);
    expect((await post({ origin: clinic.appUrl, 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });

  test.each(['/reviews.json', '/accesses.json?call=x'])('%s is not for other sites', async path => {
    await visit('/reviews');
    const response = await fetch(clinic.appUrl + path, { headers: { 'sec-fetch-site': 'cross-site' } });
    expect(response.status).toBe(403);
  });

  test('a call that there is not, and a review that is none, are refused in words', async () => {
    await visit('/reviews');
    expect((await fetch(`${clinic.appUrl}/accesses.json?call=x`)).status).toBe(404);
    const review = (body: unknown): Promise<Response> =>
      fetch(`${clinic.appUrl}/reviews`, {
        method: 'POST',
        headers: { origin: clinic.appUrl },
        body: JSON.stringify(body),
      });
    expect((await review({ n: 1, outcome: 'fine' })).status).toBe(400);
    expect((await review({ n: 1, outcome: 'unjustified' })).status).toBe(400);
  });
});
