import { mkdir, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment } from '../support/deployment.ts';
import { phoneCall } from '../support/recordings.ts';
import { Visitor } from '../support/visitor.ts';
import { root } from './code-blocks.ts';
import { codeIn, type Granting, localNames, playedPage } from './played-page.ts';

let browser: Browser;
let deployment: Deployment;
beforeAll(async () => {
  deployment = await Deployment.create({ recordings: [phoneCall] });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

describe('README', () => {
  const [html = ''] = codeIn('README.md', 'html');
  const [script = '', grantCode = ''] = codeIn('README.md', 'js');
  const linesOf = (code: string): number => code.split('\n').filter(line => line.trim() !== '').length;

  /** The README's grant as a function of what its reader has. */
  async function readmeGrant(): Promise<Granting> {
    const [head = '', ...rest] = localNames(grantCode, deployment).split('\n\n');
    const names = '{ body, user, pseudonymOf, relationOf, issuerPrivateJwk }';
    const path = `${root}test/var/docs/readme-grant.mjs`;
    await mkdir(`${root}test/var/docs`, { recursive: true });
    await writeFile(
      path,
      `${head}\nexport default async (${names}) => {\n${rest.join('\n\n')}\nreturn grant;\n};\n`,
    );
    const module = (await import(/* @vite-ignore */ pathToFileURL(path).href)) as {
      default: (given: object) => Promise<string>;
    };
    const user = { sub: 'anna.lind', name: 'Anna Lind', role: 'nurse' };
    const own = { user, pseudonymOf: () => 'p-1', relationOf: () => 'care-team' };
    return body => module.default({ ...own, body, issuerPrivateJwk: deployment.issuerKey.privateJwk });
  }

  test('the tag takes ten lines, the grant twenty', () => {
    expect(linesOf(html) + linesOf(script)).toBeLessThanOrEqual(10);
    expect(linesOf(grantCode)).toBeLessThanOrEqual(20);
  });

  test('its tag, its grant and its policy play a call', async () => {
    const page = { name: 'readme', html, script };
    deployment.page.serve(await playedPage(deployment, { ...page, grant: await readmeGrant() }));
    const visitor = await Visitor.open(browser, deployment.page.url, {}, '/', 'secure-call-player');
    await visitor.page.getByRole('button', { name: 'Listen to the call' }).click();
    await visitor.page.getByRole('radio', { name: 'Follow-up of care' }).check();
    await visitor.page.getByRole('button', { name: 'Open and listen' }).click();
    await visitor.reaches('playing');
    await visitor.page.waitForFunction(() => {
      const player = document.querySelector<HTMLElement & { currentTime: number }>('secure-call-player');
      return (player?.currentTime ?? 0) > 1;
    });
    expect(visitor.complaints).toEqual([]);
  });
});

test('the page of docs/headless.md opens, plays and pauses a call', async () => {
  const [html = ''] = codeIn('docs/headless.md', 'html');
  const [script = ''] = codeIn('docs/headless.md', 'js');
  deployment.page.serve(await playedPage(deployment, { name: 'headless', html, script }));
  const visitor = await Visitor.open(browser, deployment.page.url, {}, '/', '#open');
  const { page } = visitor;
  await page.getByRole('button', { name: 'Open' }).click();
  await page.getByRole('button', { name: 'Play' }).click();
  await page.locator('#time').filter({ hasText: '0:02' }).waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.locator('#status').filter({ hasText: 'paused' }).waitFor();
  expect(visitor.complaints).toEqual([]);
});
