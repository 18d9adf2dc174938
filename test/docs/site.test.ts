import { readdir, readFile, stat } from 'node:fs/promises';
import type { Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSite } from '../../docs/site/build-site.mjs';
import { serveSite, sitePolicy } from '../../docs/site/serve-site.mjs';
import { launchBrowser } from '../support/browser.ts';
import { Visitor } from '../support/visitor.ts';
import { faultsOf } from './page-faults.ts';
import { brokenLinks } from './site-links.ts';

const dist = fileURLToPath(new URL('../../docs/site/dist/', import.meta.url));

let browser: Browser;
let site: { url: string; server: Server };
let pages: string[];

beforeAll(async () => {
  await buildSite();
  site = await serveSite();
  browser = await launchBrowser();
  const names = await readdir(dist, { recursive: true });
  pages = names.filter(name => name.endsWith('.html')).sort();
});
afterAll(async () => {
  await browser?.close();
  site?.server.close();
});

const visit = (path: string): Promise<Visitor> => Visitor.open(browser, site.url, {}, path, 'main');

describe('every page of the documents', () => {
  test('has no fault that axe finds and no complaint', async () => {
    expect(await faultsOf(browser, site.url, pages)).toEqual([]);
    expect(pages.length).toBeGreaterThan(30);
  });

  test('has its contrast in the dark too', async () => {
    const written = pages.filter(path => !/^(reference|source)\//.test(path));
    const some = [...written, 'reference/element.html', 'reference/react.html'];
    expect(await faultsOf(browser, site.url, some, 'dark')).toEqual([]);
  });

  test('links only to what is there, anchors included, and takes nothing from elsewhere', async () => {
    expect(await brokenLinks(dist, pages)).toEqual([]);
    expect(sitePolicy).not.toContain('unsafe');
    expect(sitePolicy).not.toContain('http');
  });

  test('has no picture that is heavy', async () => {
    const images = await readdir(`${dist}images`);
    for (const name of images) expect((await stat(`${dist}images/${name}`)).size, name).toBeLessThan(150_000);
    expect(images.length).toBeGreaterThan(3);
  });

  test('stands in llms.txt, whose links lead to something', async () => {
    const index = await readFile(`${dist}llms.txt`, 'utf8');
    const listed = [...index.matchAll(/\]\(([^)]+)\)/g)].map(([, path = '']) => path);
    const own = pages.filter(path => !path.startsWith('source/'));
    expect(listed.sort()).toEqual([...own, 'llms-full.txt'].sort());
    const full = await readFile(`${dist}llms-full.txt`, 'utf8');
    for (const path of own) expect(full).toContain(`<!-- ${path} -->`);
  });
});

test('the search finds a page by its words, by keyboard alone', async () => {
  const { page, complaints } = await visit('reference/player.html');
  await page.getByRole('searchbox', { name: 'Search' }).fill('DER instead of 64 bytes');
  await page.getByRole('status').filter({ hasText: 'found' }).waitFor({ state: 'attached' });
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/grants.html#**');
  expect(complaints).toEqual([]);
});

test('the colours that someone chooses stay with them', async () => {
  const { page } = await visit('index.html');
  await page.getByRole('button', { name: 'Dark colours' }).click();
  await page.getByRole('link', { name: 'Grants', exact: true }).first().click();
  await page.getByRole('button', { name: 'Light colours' }).waitFor();
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  expect(background).toBe('rgb(14, 19, 24)');
});
