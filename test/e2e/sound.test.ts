import type { Browser } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { openPackage } from '../support/opened-package.ts';
import { buildPage } from '../support/page-handler.ts';
import { nurseCall, phoneCall } from '../support/recordings.ts';

let deployment: Deployment;
let browser: Browser;

beforeAll(async () => {
  await buildPage();
  deployment = await Deployment.create({ recordings: [nurseCall, phoneCall] });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await deployment?.close();
});

async function reference(place: number): Promise<string> {
  const pack = deployment.packages[place];
  if (!pack) throw new Error('No such package.');
  return openPackage(pack, deployment.archive);
}

async function listener(place: number): Promise<Listener> {
  const someone = await Listener.at(browser, deployment);
  expect(await someone.open(place)).toBeUndefined();
  return someone;
}

describe('what comes out is what was sealed', () => {
  test('two minutes of the nurse call, both sides, no swap and no gap', async () => {
    const someone = await listener(0);
    await someone.play();
    await someone.playsTo(122, 170_000);
    const mp4 = await reference(0);
    const [left, right] = await someone.page.evaluate(m => window.harness.compare(m, 0.2, 120.2), mp4);
    for (const side of [left, right]) {
      expect(side.blocks).toBeGreaterThan(30);
      expect(side.correlation).toBeGreaterThanOrEqual(0.95);
      expect(Math.max(...side.lagsSeconds.map(Math.abs))).toBeLessThanOrEqual(0.02);
      expect(side.longestGapSeconds).toBeLessThanOrEqual(0.02);
    }
    console.log(
      `nurse call, 120 s: correlation ${left.correlation.toFixed(4)} left, ${right.correlation.toFixed(4)} right`,
    );
    expect(await someone.violations()).toEqual([]);
    await someone.page.context().close();
  });

  test('after a seek the sound is that of the new position', async () => {
    const someone = await listener(0);
    await someone.play();
    await someone.playsTo(2);
    await someone.page.evaluate(() => window.harness.sound.clear());
    await someone.seek(84);
    await someone.playsTo(96);
    const mp4 = await reference(0);
    const priming = 1024 / 8000;
    const [left, right] = await someone.page.evaluate(
      ([m, p]) => window.harness.compare(m, 84.2 + p, 95 + p),
      [mp4, priming] as const,
    );
    for (const side of [left, right]) {
      expect(side.blocks).toBeGreaterThan(1);
      expect(side.correlation).toBeGreaterThanOrEqual(0.95);
      expect(side.longestGapSeconds).toBeLessThanOrEqual(0.02);
    }
    await someone.page.context().close();
  });

  test('at one and a half times the speed position and sound go on evenly', async () => {
    const someone = await listener(1);
    await someone.page.evaluate(() => window.harness.player?.set({ playbackRate: 1.5 }));
    await someone.play();
    await someone.playsTo(20);
    const mp4 = await reference(1);
    const [left] = await someone.page.evaluate(m => window.harness.compareLoudness(m, 0.5, 18.5, 1.5), mp4);
    expect(left).toBeGreaterThanOrEqual(0.9);
    const state = await someone.state();
    expect(state).toMatchObject({ status: 'playing', playbackRate: 1.5 });
    await someone.page.context().close();
  });

  test('a call plays to its end, and its whole length is reported as heard', async () => {
    const someone = await listener(1);
    await someone.seek(35);
    await someone.play();
    await someone.reaches('ended');
    const heard = await someone.page.evaluate(() =>
      window.harness.events.flatMap(event => (event.type === 'playback.listened' ? event.ranges : [])),
    );
    expect(heard.at(-1)?.[1]).toBeGreaterThan(44.5);
    await someone.page.context().close();
  });

  test('a grant for parts of a call plays those parts and nothing else', async () => {
    deployment.claims = input => ({
      ...input,
      call: {
        ...input.call,
        ranges: [
          [10, 13],
          [30, 33],
        ],
      },
    });
    const someone = await listener(1);
    await someone.play();
    await someone.reaches('ended');
    const heard = await someone.page.evaluate(() =>
      window.harness.events.flatMap(event => (event.type === 'playback.listened' ? event.ranges : [])),
    );
    const outside = heard.filter(([from, to]) => !(from >= 10 && to <= 13.5) && !(from >= 30 && to <= 33.5));
    expect(outside).toEqual([]);
    expect(heard.reduce((sum, [from, to]) => sum + to - from, 0)).toBeGreaterThan(5);
    deployment.claims = input => input;
    await someone.page.context().close();
  });
});
