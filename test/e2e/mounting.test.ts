import { fileURLToPath } from 'node:url';
import type { Browser, CDPSession, Page } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment } from '../support/deployment.ts';
import { bundlePage, createPageHandler } from '../support/page-handler.ts';
import { phoneCall } from '../support/recordings.ts';
import { isSlowRun } from '../support/run-counts.ts';

const WARM_UP = 10;
/** A hundred in `npm run test:slow`. */
const visits = (): number => (isSlowRun() ? 100 : 20);
const MOST_BYTES = 1024 * 1024;

let deployment: Deployment;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  await bundlePage(fileURLToPath(new URL('page/mounting-page.ts', import.meta.url)), 'e2e-mounting');
  deployment = await Deployment.create({ recordings: [phoneCall] });
  deployment.page.serve(createPageHandler(deployment, { script: 'mounting-page', folder: 'e2e-mounting' }));
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(deployment.page.url);
  await page.waitForFunction(() => 'mountingPage' in window);
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

async function visit(times: number): Promise<void> {
  const call = deployment.packages[0]?.callId ?? '';
  for (let time = 0; time < times; time += 1)
    await page.evaluate(([c, s]) => window.mountingPage.visit(c, s), [call, deployment.service.url] as const);
  // The last one's session ends when its service has been told.
  await expect.poll(() => page.workers().length, { timeout: 20_000 }).toBe(0);
}

interface Left {
  readonly listeners: number;
  readonly nodes: number;
  readonly audioContexts: number;
  readonly bytes: number;
}

/** What is alive after collection. https://chromedevtools.github.io/devtools-protocol/tot/Performance/#method-getMetrics */
async function left(devtools: CDPSession): Promise<Left> {
  for (let round = 0; round < 3; round += 1) await devtools.send('HeapProfiler.collectGarbage');
  const { metrics } = await devtools.send('Performance.getMetrics');
  const valueOf = (wanted: string): number =>
    metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN;
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  return {
    listeners: valueOf('JSEventListeners'),
    nodes: valueOf('Nodes'),
    audioContexts: valueOf('AudioHandlers'),
    bytes: usedSize,
  };
}

test(
  'elements that came and went leave no listener, node, worker, sound or megabyte',
  { timeout: 600_000 },
  async () => {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    await visit(WARM_UP);
    const before = await left(devtools);
    await visit(visits());
    const after = await left(devtools);
    expect(after.listeners).toBeLessThanOrEqual(before.listeners);
    expect(after.nodes).toBeLessThanOrEqual(before.nodes);
    expect(after.audioContexts).toBeLessThanOrEqual(before.audioContexts);
    expect(after.bytes - before.bytes).toBeLessThan(MOST_BYTES);
  },
);
