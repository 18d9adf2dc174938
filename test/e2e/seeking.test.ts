import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeNoise } from '../bench/noise-recording.ts';
import { SeededRandom } from '../redteam/seeded-random.ts';
import { launchBrowser } from '../support/browser.ts';
import { Deployment } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { buildPage } from '../support/page-handler.ts';

const RECORDING_SECONDS = 10 * 60;
const JUMPS = 20;
/** Twenty jumps in thirty seconds. */
const LISTENED_SECONDS = 1.4;

let folder: string;
let deployment: Deployment;
let browser: Browser;

beforeAll(async () => {
  await buildPage();
  folder = await mkdtemp(join(tmpdir(), 'seeking-'));
  const recording = await writeNoise(join(folder, 'noise.wav'), RECORDING_SECONDS, RECORDING_SECONDS / 2);
  deployment = await Deployment.create({ recordings: [recording] });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

test('twenty random jumps in thirty seconds never wait for the pace of leases', async () => {
  const answers: number[] = [];
  const whole = deployment.service.handler;
  deployment.service.serve(async request => {
    const response = await whole(request);
    if (request.url.endsWith('/leases')) answers.push(response.status);
    return response;
  });
  const listener = await Listener.at(browser, deployment);
  expect(await listener.open()).toBeUndefined();
  await listener.play();
  const random = new SeededRandom(7);
  for (let jump = 0; jump < JUMPS; jump += 1) {
    const to = random.below(RECORDING_SECONDS - 30);
    await listener.seek(to);
    await listener.playsTo(to + LISTENED_SECONDS);
  }
  expect(answers.length).toBeGreaterThan(JUMPS);
  expect(answers.filter(status => status !== 200)).toEqual([]);
  expect(await listener.violations()).toEqual([]);
  await listener.page.context().close();
});
