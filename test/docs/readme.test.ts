import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment, type Handler } from '../support/deployment.ts';
import { bundlePage, createPageHandler } from '../support/page-handler.ts';
import { phoneCall } from '../support/recordings.ts';
import { Visitor } from '../support/visitor.ts';
import { codeBlocks, root } from './code-blocks.ts';

const folder = `${root}test/var/docs/readme`;
const blocksOf = (language: string): string[] =>
  codeBlocks('README.md')
    .filter(block => block.language === language)
    .map(({ code }) => code);
const [html = ''] = blocksOf('html');
const [tag = '', grantCode = ''] = blocksOf('js');
const [policy = ''] = blocksOf('text');
const linesOf = (code: string): number => code.split('\n').filter(line => line.trim() !== '').length;

test('the tag takes ten lines, the grant twenty', () => {
  expect(linesOf(html) + linesOf(tag)).toBeLessThanOrEqual(10);
  expect(linesOf(grantCode)).toBeLessThanOrEqual(20);
});

let browser: Browser;
let deployment: Deployment;
beforeAll(async () => {
  deployment = await Deployment.create({ recordings: [phoneCall] });
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

/** The README's names in place of this deployment's. */
const local = (code: string): string =>
  code
    .replace('q3ZkX0mFQJmYkq1V8u2bRw', deployment.packages[0]?.callId ?? '')
    .replaceAll('https://keys.region.example', deployment.service.url)
    .replaceAll('https://ehr.region.example', deployment.issuer);

type Issue = (given: Readonly<Record<string, unknown>>) => Promise<string>;

/** The README's grant as a function of what its reader has. */
async function grantOf(code: string): Promise<Issue> {
  const [head = '', ...rest] = code.split('\n\n');
  const names = '{ body, user, pseudonymOf, relationOf, issuerPrivateJwk }';
  const path = `${folder}/grant.mjs`;
  await writeFile(
    path,
    `${head}\nexport default async (${names}) => {\n${rest.join('\n\n')}\nreturn grant;\n};\n`,
  );
  return ((await import(/* @vite-ignore */ pathToFileURL(path).href)) as { default: Issue }).default;
}

/** The README's page, policy and backend. */
async function readmeHost(): Promise<Handler> {
  await writeFile(`${folder}/main.js`, local(tag));
  await bundlePage(`${folder}/main.js`, 'docs/readme-page');
  const issue = await grantOf(local(grantCode));
  const files = createPageHandler(deployment, { script: 'main', folder: 'docs/readme-page' });
  const told = policy
    .replaceAll('\n', ' ')
    .replace('<key service>', deployment.service.url)
    .replace('<storage>', deployment.storage.url);
  return async request => {
    const { pathname } = new URL(request.url);
    const headers = { 'content-type': 'text/html', 'content-security-policy': told };
    if (pathname === '/')
      return new Response(`<!doctype html><html lang="en"><title>README</title>${html}`, { headers });
    if (pathname === '/favicon.ico') return new Response(null, { status: 204 });
    if (pathname.startsWith('/assets/')) return asset(pathname, told);
    if (pathname !== '/grants') return files(request);
    const user = { sub: 'anna.lind', name: 'Anna Lind', role: 'nurse' };
    const own = { user, pseudonymOf: () => 'p-1', relationOf: () => 'care-team' };
    const grant = await issue({
      ...own,
      body: await request.json(),
      issuerPrivateJwk: deployment.issuerKey.privateJwk,
    });
    return new Response(grant);
  };
}

/** The Worker and the worklet, where the bundler put them. */
async function asset(pathname: string, told: string): Promise<Response> {
  const body = await readFile(`${root}test/var/docs/readme-page${pathname}`);
  return new Response(body, {
    headers: { 'content-type': 'text/javascript', 'content-security-policy': told },
  });
}

test('its tag, its grant and its policy play a call', async () => {
  deployment.page.serve(await readmeHost());
  const visitor = await Visitor.open(browser, deployment.page.url, {}, '/', 'secure-call-player');
  const { page } = visitor;
  await page.getByRole('button', { name: 'Listen to the call' }).click();
  await page.getByRole('radio', { name: 'Follow-up of care' }).check();
  await page.getByRole('button', { name: 'Open and listen' }).click();
  await page.locator('secure-call-player:state(playing)').waitFor();
  await page.waitForFunction(() => {
    const player = document.querySelector<HTMLElement & { currentTime: number }>('secure-call-player');
    return (player?.currentTime ?? 0) > 1;
  });
  expect(visitor.complaints).toEqual([]);
});
