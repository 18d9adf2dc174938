import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment } from '../support/deployment.ts';
import { bundleEars } from '../support/ears.ts';
import { phoneCall } from '../support/recordings.ts';
import { consumers, copyStandalone, placeApp, runTool } from './consumer-app.ts';
import { createProxySite, createStaticSite, EARS_PATH } from './consumer-site.ts';
import { listen } from './listen.ts';
import { WebServer } from './web-server.ts';

const installed = inject('installedPackages');
let deployment: Deployment;
let browser: Browser;
let ears: string;

beforeAll(async () => {
  deployment = await Deployment.create({ recordings: [phoneCall] });
  deployment.claims = input => ({
    ...input,
    call: { ...input.call, watermark: { client: 'required' } },
  });
  browser = await launchBrowser();
  ears = await bundleEars(EARS_PATH);
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

test.each(consumers)('$name: builds, is typed, and plays under the strict policy', async consumer => {
  const { name, build, check, serves, trustedTypes } = consumer;
  const app = await placeApp(installed, name, deployment);
  if (name === 'html') await copyStandalone(installed, app);
  if (check) await runTool(installed, app, check);
  for (const command of build) await runTool(installed, app, command);
  const folders = serves.map(folder => join(app, folder));
  deployment.page.serve(createStaticSite(deployment, folders, trustedTypes));
  expect(await listen(browser, deployment, ears)).toEqual([]);
});

test('next: builds, is typed, renders on the server, and plays under its own strict policy', async () => {
  const app = await placeApp(installed, 'next', deployment);
  await runTool(installed, app, ['next', 'build']);
  const server = await WebServer.start(installed, app, 'next/dist/bin/next', ['start', '--port', '0']);
  try {
    deployment.page.serve(createProxySite(deployment, server.url));
    const html = await (await fetch(deployment.page.url)).text();
    expect(html).toMatch(/<secure-call-player[^>]*><span slot="title">Call to 1177/);
    expect(await listen(browser, deployment, ears)).toEqual([]);
  } finally {
    await server.stop();
  }
});

test('vite: plays from the development server, which bundles otherwise', async () => {
  const app = await placeApp(installed, 'vite', deployment);
  const server = await WebServer.start(installed, app, 'vite/bin/vite.js', ['--port', '0']);
  try {
    deployment.page.serve(createProxySite(deployment, server.url));
    expect(await listen(browser, deployment, ears)).toEqual([]);
  } finally {
    await server.stop();
  }
});
