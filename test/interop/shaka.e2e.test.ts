import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { exportHls } from '@secure-call/packager';
import { createStorageHandler } from '@secure-call/server';
import type { Browser } from 'playwright';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Deployment, type Handler, Origin } from '../support/deployment.ts';
import { phoneCall } from '../support/recordings.ts';

/** What is used here of shaka-player, another implementation of METHOD=AES-256-GCM. */
interface Shaka {
  readonly Player: new () => {
    attach(media: HTMLMediaElement): Promise<void>;
    load(address: string): Promise<void>;
  };
}

let deployment: Deployment;
let exported: Origin;
let page: Origin;
let browser: Browser;

const script = new URL('../../node_modules/shaka-player/dist/shaka-player.compiled.js', import.meta.url);

const pageHandler: Handler = async request => {
  const isScript = new URL(request.url).pathname === '/shaka.js';
  const body = isScript
    ? await readFile(script)
    : '<!doctype html><script src="/shaka.js"></script><audio></audio>';
  return new Response(body, { headers: { 'content-type': isScript ? 'text/javascript' : 'text/html' } });
};

beforeAll(async () => {
  deployment = await Deployment.create({ recordings: [phoneCall] });
  const [pack] = deployment.packages;
  if (!pack) throw new Error('One recording was packaged.');
  const to = join(deployment.folder, 'exported');
  await exportHls({
    folder: pack.folder,
    registration: pack.registration,
    packagerKey: deployment.packagerKey,
    archiveKey: deployment.archive.privateJwk,
    to,
  });
  exported = await Origin.listen(createStorageHandler(to));
  page = await Origin.listen(pageHandler);
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([exported?.stop(), page?.stop(), deployment?.close()]);
});

test('shaka-player plays an exported package', async () => {
  const tab = await browser.newPage();
  await tab.goto(page.url);
  const error = await tab.evaluate(async address => {
    const { shaka } = window as unknown as { shaka: Shaka };
    const media = document.querySelector('audio');
    if (!media) return 'no media element';
    const player = new shaka.Player();
    await player.attach(media);
    try {
      await player.load(address);
      media.currentTime = 20;
      await media.play();
      return '';
    } catch (cause) {
      return JSON.stringify(cause);
    }
  }, `${exported.url}/index.m3u8`);
  expect(error).toBe('');
  await tab.waitForFunction(() => (document.querySelector('audio')?.currentTime ?? 0) > 22);
  const duration = await tab.evaluate(() => document.querySelector('audio')?.duration ?? 0);
  expect(duration).toBeGreaterThan(45);
  expect(duration).toBeLessThan(46);
});
