import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type CDPSession, launch, type Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumFlags, findChromium } from '../setup/chromium.mjs';
import { Deployment } from '../support/deployment.ts';
import { bundlePage, createPageHandler } from '../support/page-handler.ts';
import { writeNoise } from './noise-recording.ts';

const RECORDING_SECONDS = 3 * 3600;
const FIRST_SECONDS = 5 * 60;
const STEP_SECONDS = 5 * 60;
/** Played at each place. */
const PLAYED_SECONDS = 3;
const BAR_BYTES = 5 * 1024 * 1024;

let folder: string;
let deployment: Deployment;
let browser: Browser;

beforeAll(async () => {
  await bundlePage(fileURLToPath(new URL('page/heap-page.ts', import.meta.url)), 'bench-heap');
  folder = await mkdtemp(join(tmpdir(), 'bench-heap-'));
  const recording = await writeNoise(join(folder, 'noise.wav'), RECORDING_SECONDS, RECORDING_SECONDS / 2);
  // The listener jumps about faster than a person: the pace of leases is not what is measured.
  deployment = await Deployment.create({ recordings: [recording], policy: { bucketSeconds: 36_000 } });
  deployment.page.serve(createPageHandler(deployment, { script: 'heap-page', folder: 'bench-heap' }));
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('No Chromium found; npm test installs one.');
  // Playwright does not reach a Worker's debugger.
  browser = await launch({ executablePath, args: [...chromiumFlags] });
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Bytes in use after collection, array buffers included. https://chromedevtools.github.io/devtools-protocol/tot/Runtime/#method-getHeapUsage */
async function usedBytes(isolate: CDPSession): Promise<number> {
  await isolate.send('HeapProfiler.collectGarbage');
  const { usedSize, backingStorageSize = 0 } = (await isolate.send('Runtime.getHeapUsage')) as {
    usedSize: number;
    backingStorageSize?: number;
  };
  return usedSize + backingStorageSize;
}

interface Heap {
  readonly page: number;
  readonly worker: number;
}

async function heapOf(page: Page, inPage: CDPSession): Promise<Heap> {
  const workers = page.workers();
  const [vault] = workers;
  if (!vault || workers.length > 1) throw new Error(`one Worker was expected, there are ${workers.length}`);
  return { page: await usedBytes(inPage), worker: await usedBytes(vault.client) };
}

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(2).padStart(7)} MB`;

function print(before: Heap, after: Heap): void {
  const line = (what: string, { page, worker }: Heap): string =>
    `${what.padEnd(22)}${megabytes(page)} page ${megabytes(worker)} vault Worker ${megabytes(page + worker)} both`;
  const growth = { page: after.page - before.page, worker: after.worker - before.worker };
  console.log(
    [line('after minute 5', before), line('after the end', after), line('growth', growth)].join('\n'),
  );
}

test('heap of page and vault Worker from minute 5 to the end of a call of three hours', async () => {
  const page = await browser.newPage();
  await page.goto(deployment.page.url);
  await page.waitForFunction(() => 'heapBench' in window);
  const inPage = await page.createCDPSession();
  const call = deployment.packages[0]?.callId ?? '';
  await page.evaluate((c, service) => window.heapBench.open(c, service), call, deployment.service.url);
  const playFrom = (seconds: number): Promise<void> =>
    page.evaluate((from, played) => window.heapBench.playFrom(from, played), seconds, PLAYED_SECONDS);

  await playFrom(FIRST_SECONDS);
  const before = await heapOf(page, inPage);
  for (let at = FIRST_SECONDS + STEP_SECONDS; at < RECORDING_SECONDS; at += STEP_SECONDS) await playFrom(at);
  await playFrom(RECORDING_SECONDS - 2 * PLAYED_SECONDS);
  const after = await heapOf(page, inPage);
  print(before, after);
  expect(after.page + after.worker - before.page - before.worker).toBeLessThanOrEqual(BAR_BYTES);
});
