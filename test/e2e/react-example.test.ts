import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuditRecord } from '@secure-call/protocol';
import { createRoleToken } from '@secure-call/protocol';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { loadKeys } from '../../examples/clinic/server/clinic-keys.ts';
import { privacyOffice, roleIssuer } from '../../examples/clinic/server/demo-people.ts';
import { type Example, startExample } from '../../examples/react/server/start-example.ts';
import { launchBrowser } from '../support/browser.ts';
import { bundleEars, earsWorklet } from '../support/ears.ts';

declare global {
  interface Window {
    violations: string[];
  }
}

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

let dataFolder: string;
let example: Example;
let browser: Browser;
let installEars: string;

const pageFolder = at('../var/react-page');

/** With React's development build, as only there StrictMode mounts everything twice, and beside it what ears need. */
async function buildPage(): Promise<void> {
  await build({
    configFile: at('../../examples/react/vite.config.mjs'),
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"development"' },
    build: { outDir: pageFolder },
  });
  await copyFile(earsWorklet, join(pageFolder, 'assets', 'sound-tap.worklet.js'));
}

beforeAll(async () => {
  await buildPage();
  installEars = await bundleEars('/assets/sound-tap.worklet.js');
  dataFolder = await mkdtemp(join(tmpdir(), 'react-example-'));
  example = await startExample({ dataFolder, pageFolder, port: 0 });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await example?.close();
  await rm(dataFolder, { recursive: true, force: true });
});

let page: Page;
let complaints: string[];

beforeEach(async () => {
  complaints = [];
  const context = await browser.newContext();
  page = await context.newPage();
  page.on('console', message => {
    if (message.type() === 'error' || message.type() === 'warning')
      complaints.push(`${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', error => complaints.push(String(error)));
  await page.addInitScript(installEars);
  await page.addInitScript(() => {
    window.violations = [];
    addEventListener('securitypolicyviolation', event => {
      window.violations.push(`${event.effectiveDirective}: ${event.blockedURI}`);
    });
  });
  await page.goto(example.url);
});

afterEach(() => page.context().close());

const button = (name: string | RegExp) => page.getByRole('button', { name });
const says = (words: string): Promise<void> => page.getByRole('status').filter({ hasText: words }).waitFor();

/** Chooses the first call and opens it. */
async function openCall(): Promise<void> {
  await button(/1177/).first().click();
  await page.getByRole('combobox', { name: 'Reason' }).selectOption('Quality review');
  await button('Open and listen').click();
}

const hears = async (): Promise<void> =>
  void (await page.waitForFunction(() => window.ears.level(0.3) > 0.005, undefined, { polling: 50 }));

const hearsNothing = async (): Promise<void> =>
  void (await page.waitForFunction(() => window.ears.level(0.1) === 0, undefined, { polling: 50 }));

/** The whole access record, oldest first. */
async function records(): Promise<AuditRecord[]> {
  const { auditor } = await loadKeys(dataFolder);
  const aud = example.clinic.serviceUrl;
  const token = await createRoleToken({ iss: roleIssuer, aud, role: 'auditor', ...privacyOffice }, auditor);
  const response = await fetch(`${aud}/audit/records`, { headers: { authorization: `Bearer ${token}` } });
  const lines = (await response.text()).split('\n').filter(Boolean);
  return lines.map(line => JSON.parse(line) as AuditRecord);
}

async function count(type: string): Promise<number> {
  const all = await records();
  return all.filter(record => record.type === type).length;
}

test('a call is opened, heard, drawn, steered and closed, under the strict policy and in StrictMode', async () => {
  const [opened, closed] = [await count('grant.redeemed'), await count('session.closed')];
  await openCall();
  await says('Playing');
  await hears();
  expect(await axeViolations()).toEqual([]);
  await expect.poll(drawnShare).toBeGreaterThan(0.01);

  await button('Pause').click();
  await says('Paused');
  await hearsNothing();
  await page.getByRole('slider', { name: 'Position' }).fill('60');
  await expect.poll(() => page.getByText('1:00 /').count()).toBe(1);
  await page.getByRole('combobox', { name: 'Speed' }).selectOption('1.5');
  await expect.poll(() => page.getByRole('combobox', { name: 'Speed' }).inputValue()).toBe('1.5');
  await button('Play').click();
  await hears();
  await button('Lock').click();
  await says('Locked');
  await hearsNothing();
  await button('Continue').click();
  await says('Playing');
  await hears();

  expect(await count('session.closed')).toBe(closed);
  await button('Close the call').click();
  await hearsNothing();
  await expect.poll(() => count('session.closed')).toBe(closed + 1);
  expect(await count('grant.redeemed')).toBe(opened + 1);
  expect(await page.evaluate(() => window.violations)).toEqual([]);
  expect(complaints).toEqual([]);
});

test('choosing another call ends the session of the one before', async () => {
  const closed = await count('session.closed');
  await openCall();
  await says('Playing');
  await button(/Switchboard.*Service desk/).click();
  await says('Say why you listen');
  await hearsNothing();
  await expect.poll(() => count('session.closed')).toBe(closed + 1);
});

test('a call of another unit is refused in words', async () => {
  await button(/Sara Nyman/).click();
  await button('Open and listen').click();
  await says('You may not open this call.');
});

/** How much of the canvas is inked. */
function drawnShare(): Promise<number> {
  return page.locator('canvas').evaluate((canvas: HTMLCanvasElement) => {
    const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] };
    const inked = data.filter((value, place) => place % 4 === 3 && value > 0);
    return inked.length / (data.length / 4);
  });
}

async function axeViolations(): Promise<string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { run } = Reflect.get(globalThis, 'axe') as typeof axe;
    const { violations } = await run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  });
}
