import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { openPackage } from '../support/opened-package.ts';
import { buildPage } from '../support/page-handler.ts';
import { nurseCall } from '../support/recordings.ts';
import { SessionMarks } from '../support/session-marks.ts';

let deployment: Deployment;
let browser: Browser;
let marks: SessionMarks;

beforeAll(async () => {
  await buildPage();
  deployment = await Deployment.create({ recordings: [nurseCall] });
  marks = new SessionMarks(deployment);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

async function listener(): Promise<Listener> {
  const someone = await Listener.at(browser, deployment);
  expect(await someone.open()).toBeUndefined();
  return someone;
}

test('what comes out carries the mark of the session, sample by sample, across seek, pause and speed', async () => {
  marks.require('required');
  const someone = await listener();
  await someone.play();
  await someone.playsTo(6);
  await someone.page.evaluate(() => window.harness.player?.pause());
  await someone.reaches('paused');
  await someone.play();
  await someone.playsTo(8);
  await someone.seek(90);
  await someone.playsTo(94);
  await someone.page.evaluate(() => window.harness.player?.set({ playbackRate: 1.5 }));
  await someone.playsTo(100);
  const { last } = marks;
  const right = await someone.page.evaluate(mark => window.harness.compareMark(mark), last);
  console.log(
    `watermark, ${right.seconds.toFixed(1)} s: largest error ${right.largestError.toExponential(1)}, mark ${right.markDb.toFixed(1)} dB, lost quanta ${right.lostQuanta}`,
  );
  expect(right.level).toBeGreaterThan(0.005);
  expect(right.seconds).toBeGreaterThan(14);
  expect(right.largestError).toBeLessThan(1e-6);
  expect(right.missedSamples).toBe(0);
  expect(right.lostQuanta).toBe(0);
  expect(right.markDb).toBeGreaterThan(-40);
  expect(right.markDb).toBeLessThan(-15);
  // Another session's mark is another one.
  const wrong = await someone.page.evaluate(mark => window.harness.compareMark(mark), {
    ...last,
    id: (last.id ^ 1) >>> 0,
  });
  expect(wrong.largestError).toBeGreaterThan(1e-3);
  expect(await someone.violations()).toEqual([]);
  await someone.page.context().close();
});

test('the marked sound is still the sealed one, both sides, without a gap', async () => {
  marks.require('required');
  const someone = await listener();
  await someone.play();
  await someone.playsTo(32, 60_000);
  const [pack] = deployment.packages;
  if (!pack) throw new Error('There is no package.');
  const mp4 = await openPackage(pack, deployment.archive);
  const marked = await someone.page.evaluate(mark => window.harness.compareMark(mark), marks.last);
  expect(marked).toMatchObject({ missedSamples: 0, lostQuanta: 0 });
  const [left, right] = await someone.page.evaluate(m => window.harness.compare(m, 0.2, 30.2), mp4);
  for (const side of [left, right]) {
    expect(side.blocks).toBeGreaterThan(8);
    expect(side.longestGapSeconds).toBeLessThanOrEqual(0.02);
    expect(Math.max(...side.lagsSeconds.map(Math.abs))).toBeLessThanOrEqual(0.02);
    expect(side.correlation).toBeGreaterThanOrEqual(0.95);
  }
  console.log(
    `marked nurse call, 30 s: correlation ${left.correlation.toFixed(4)} left, ${right.correlation.toFixed(4)} right`,
  );
  await someone.page.context().close();
});

test('a call that needs no mark loads none', async () => {
  marks.require('off');
  const someone = await Listener.at(browser, deployment);
  const requested: string[] = [];
  someone.page.on('request', request => requested.push(new URL(request.url()).pathname));
  expect(await someone.open()).toBeUndefined();
  await someone.play();
  await someone.hears();
  expect(requested.filter(path => path.endsWith('.worker.js'))).toEqual(['/vault.worker.js']);
  expect(requested.filter(path => path.includes('watermark'))).toEqual([]);
  await someone.page.context().close();
});
