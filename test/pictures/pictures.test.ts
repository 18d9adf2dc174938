// `npm run pictures` takes the pictures of the documents anew, from the example site as it runs.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, test } from 'vitest';
import { type Clinic, startClinic } from '../../examples/clinic/server/start-clinic.ts';
import { launchBrowser } from '../support/browser.ts';
import { Visitor } from '../support/visitor.ts';
import { takePicture } from './picture.ts';

let browser: Browser;
let clinic: Clinic;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictures-'));
  clinic = await startClinic({ dataFolder: folder, ports: { app: 0, service: 0, storage: 0, frame: 0 } });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await clinic?.close();
  await rm(folder, { recursive: true, force: true });
});

const visit = (colorScheme: 'light' | 'dark', path = '/listen', landmark?: string): Promise<Visitor> =>
  Visitor.open(
    browser,
    clinic.appUrl,
    { colorScheme, viewport: { width: 1360, height: 860 } },
    path,
    landmark,
  );

test('the start card', async () => {
  const { page } = await visit('light');
  await takePicture(page.locator('secure-call-player'), 'start');
});

test.for([
  ['light', 'listen'],
  ['dark', 'listen-dark'],
] as const)('an open call, %s, with its record', async ([scheme, name]) => {
  const visitor = await visit(scheme);
  await visitor.openCall();
  await visitor.reaches('playing');
  await visitor.lines('Heard 0:00').waitFor();
  await takePicture(visitor.page, name);
});

test('who listened, as the caller sees it', async () => {
  const { page } = await visit('light', '/who-listened', 'main');
  const made = page.waitForResponse('**/sample-accesses');
  await page.getByRole('button', { name: 'Have colleagues open this call' }).click();
  await made;
  await page.locator('.accesses li').first().waitFor();
  await takePicture(page, 'who-listened');
});

test('the open bucket, and what a browser makes of it', async () => {
  const { page } = await visit('light', '/bucket', 'main');
  await page.locator('.attempt .filled-button').click();
  await page.locator('.ways').waitFor();
  await takePicture(page, 'bucket');
});

test('a leaked copy, traced', async () => {
  const { page } = await visit('light', '/trace', '#trace');
  await page.locator('.ready .buttons .button').last().click();
  await page.locator('.ready-copy .filled-button').click();
  await page.locator('.named').waitFor({ timeout: 120_000 });
  await takePicture(page.locator('.found'), 'trace');
});
