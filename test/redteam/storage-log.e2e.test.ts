/** Whoever reads storage's log of requests wants to know which variant of the sound a listener can open. */
import { audioTrack, segmentIndexAt, slotRange } from '@secure-call/protocol';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { traceMaterial } from '@secure-call/server';
import { launchBrowser } from '../support/browser.ts';
import { Deployment, TENANT } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { phoneCall } from '../support/recordings.ts';
import { until } from '../support/until.ts';

/** The player fetches this far ahead when it opens a call. */
const AHEAD_SECONDS = 30;

let deployment: Deployment;
let browser: Browser;
beforeAll(async () => {
  deployment = await Deployment.create({ recordings: [phoneCall] });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser.close();
  await deployment.close();
});

/** Lets someone listen for some seconds. @returns what storage saw, without times */
async function logOf(sub: string, expected: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  const { handler } = deployment.storage;
  deployment.storage.serve(request => {
    const { pathname, search } = new URL(request.url);
    lines.push([request.method, pathname, search, request.headers.get('range') ?? ''].join(' '));
    return handler(request);
  });
  deployment.claims = input => ({ ...input, sub });
  const someone = await Listener.at(browser, deployment);
  expect(await someone.open()).toBeUndefined();
  await someone.play();
  await someone.playsTo(6, 60_000);
  const missing = (): string[] => expected.filter(line => !lines.includes(line));
  await until(
    () => missing().length === 0,
    30_000,
    () => missing().join(', '),
  );
  await someone.page.context().close();
  deployment.storage.serve(handler);
  return lines;
}

test('the log of two listeners with different codes is the same but for times', async () => {
  const [pack] = deployment.packages;
  if (!pack) throw new Error('There is no package.');
  const track = audioTrack(pack.manifest);
  const path = `/${pack.callId}/${pack.packageId}/${track.object}`;
  const slots = Array.from({ length: segmentIndexAt(track, AHEAD_SECONDS) + 1 }, (_, index) => {
    const { start, end } = slotRange(track, index);
    return `GET ${path}  bytes=${start}-${end - 1}`;
  });
  const logs = [await logOf('nurse-1', slots), await logOf('nurse-2', slots)];

  const ofSound = logs.map(lines => lines.filter(line => line.includes(track.object)));
  // What was fetched beyond the first half minute depends on when the log was closed, and on nothing else.
  const early = ofSound.map(lines => [...new Set(lines)].filter(line => slots.includes(line)).sort());
  expect(early[0]).toEqual([...slots].sort());
  expect(early[1]).toEqual(early[0]);
  for (const line of ofSound.flat()) {
    const [from = 0, to = 0] = (/bytes=(\d+)-(\d+)$/.exec(line) ?? []).slice(1).map(Number);
    expect([from % track.slotBytes, to - from + 1]).toEqual([0, track.slotBytes]);
  }

  const [material] = await traceMaterial(deployment.traceOptions, { tenant: TENANT, call: pack.callId });
  const [one, other] = material?.candidates ?? [];
  const heard = segmentIndexAt(track, 6);
  expect(one?.code.slice(0, heard)).not.toEqual(other?.code.slice(0, heard));
});
