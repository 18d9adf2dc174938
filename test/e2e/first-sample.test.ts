import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { audioTrack, primingSeconds } from '@secure-call/protocol';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeNoise } from '../bench/noise-recording.ts';
import { launchBrowser } from '../support/browser.ts';
import { Deployment } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { openPackage } from '../support/opened-package.ts';
import { buildPage } from '../support/page-handler.ts';

let folder: string;
let deployment: Deployment;
let browser: Browser;

beforeAll(async () => {
  await buildPage();
  folder = await mkdtemp(join(tmpdir(), 'first-sample-'));
  deployment = await Deployment.create({ recordings: [await writeNoise(join(folder, 'noise.wav'), 8, 6)] });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

/** Runs in the page. @returns when sound began in what was taken, in seconds */
function onset(): number {
  const { left, sampleRateHz } = window.harness.sound.recording();
  return left.findIndex(sample => Math.abs(sample) > 0.01) / sampleRateHz;
}

/** How much of the recording's beginning was not heard, in seconds. The noise repeats itself every second. */
async function missingSeconds({ page }: Listener): Promise<number> {
  const [pack] = deployment.packages;
  if (!pack) throw new Error('One recording was packaged.');
  const priming = primingSeconds(audioTrack(pack.manifest));
  const mp4 = await openPackage(pack, deployment.archive);
  const [left] = await page.evaluate(([m, from]) => window.harness.compare(m, from, from + 1), [
    mp4,
    priming + 1,
  ] as const);
  const sinceOnset = left.startSeconds - (await page.evaluate(onset));
  return Math.round(sinceOnset) - sinceOnset;
}

test('a call is heard from its first sample on, and again when it is played again', async () => {
  const someone = await Listener.at(browser, deployment);
  expect(await someone.open()).toBeUndefined();
  await someone.play();
  await someone.playsTo(3);
  expect(await missingSeconds(someone)).toBeLessThan(0.01);
  await someone.page.evaluate(() => window.harness.player?.pause());
  await someone.hearsNothing();
  await someone.page.evaluate(() => window.harness.sound.clear());
  await someone.seek(0);
  await someone.play();
  await someone.playsTo(3);
  expect(await missingSeconds(someone)).toBeLessThan(0.01);
  await someone.page.context().close();
});
