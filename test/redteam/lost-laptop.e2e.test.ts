import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumFlags, findChromium } from '../setup/chromium.mjs';
import { nurseCall } from '../support/recordings.ts';
import { openWhole, secretKeys, soundRuns } from './archive-holder.ts';
import { HiddenBytes } from './hidden-bytes.ts';
import { openStage, type Stage } from './stage.ts';
import { Traffic } from './traffic.ts';

let stage: Stage;
let traffic: Traffic;
let profile: string;
let context: BrowserContext;

beforeAll(async () => {
  stage = await openStage({ recordings: [nurseCall] });
  traffic = new Traffic(stage.deployment);
  profile = await mkdtemp(join(tmpdir(), 'profile-'));
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('No Chromium found.');
  context = await chromium.launchPersistentContext(profile, { executablePath, args: chromiumFlags });
}, 120_000);

afterAll(async () => {
  await context.close();
  await stage.close();
  await rm(profile, { recursive: true, force: true });
});

/** Counts what of each kind lies anywhere in the browser's profile. */
async function onDisk(searches: Record<string, HiddenBytes>): Promise<Record<string, number>> {
  const counts = Object.fromEntries(Object.keys(searches).map(name => [name, 0]));
  for (const entry of await readdir(profile, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    // The browser writes and removes files while this looks at them.
    const bytes = await readFile(join(entry.parentPath, entry.name)).catch(() => Buffer.alloc(0));
    for (const [name, search] of Object.entries(searches))
      counts[name] = (counts[name] ?? 0) + search.countIn(bytes);
  }
  return counts;
}

test('the profile on disk holds no key, no sound and no grant, during and after play', async () => {
  const { deployment } = stage;
  const [pack] = deployment.packages;
  if (!pack) throw new Error('There is no package.');
  const known = await openWhole(pack, deployment.archive);
  const page = await context.newPage();
  await page.goto(deployment.page.url);
  await page.waitForFunction(() => 'harness' in window);
  const call = { call: pack.callId, service: deployment.service.url };
  await page.evaluate(c => window.harness.open(c), call);
  await page.evaluate(() => window.harness.player?.play());
  await page.waitForFunction(() => {
    const state = window.harness.player?.state;
    return state && 'positionSeconds' in state && (state.positionSeconds ?? 0) > 14;
  });
  const searches = {
    keys: new HiddenBytes(secretKeys(known)),
    sound: new HiddenBytes(soundRuns(known, 1)),
    grants: new HiddenBytes(traffic.grants.map(grant => Buffer.from(grant.split('.')[2] ?? ''))),
  };
  const nothing = { keys: 0, sound: 0, grants: 0 };
  expect(traffic.grants).toHaveLength(1);
  expect(await onDisk(searches)).toEqual(nothing);

  // A page that keeps things is found out: the same search sees what the browser does write.
  const marker = 'a-marker-that-a-page-left-behind';
  await page.evaluate(text => {
    for (let place = 0; place < 100; place += 1) localStorage.setItem(`${place}`, text);
  }, marker);
  await page.evaluate(() => window.harness.player?.destroy());
  await context.close();
  const control = { marker: new HiddenBytes([Buffer.from(marker), Buffer.from(marker, 'utf16le')]) };
  const after = await onDisk({ ...searches, ...control });
  expect(after['marker']).toBeGreaterThan(0);
  expect(after).toMatchObject(nothing);
});
