import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packRecording, type PackResult } from '@secure-call/packager';
import { generateKey, type KeyPair } from '@secure-call/protocol';
import { createStorageHandler } from '@secure-call/server';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Origin, TENANT } from '../support/deployment.ts';
import { openPackage } from '../support/opened-package.ts';
import { phoneCall } from '../support/recordings.ts';
import { buildSimplePage, SimpleHost } from '../support/simple-host.ts';
import { SimpleListener } from '../support/simple-listener.ts';
import { packageKeys } from '../support/simple-package.ts';

let folder: string;
let storage: Origin;
let host: SimpleHost;
let browser: Browser;
let listener: SimpleListener;
let archive: KeyPair;
let packager: KeyPair;
let pack: PackResult;

beforeAll(async () => {
  await buildSimplePage();
  folder = await mkdtemp(join(tmpdir(), 'simple-'));
  [archive, packager] = [await generateKey('archive'), await generateKey('packager')];
  pack = await packRecording({
    recording: phoneCall.path,
    to: folder,
    tenant: TENANT,
    recipients: [archive.publicJwk],
    signer: packager.privateJwk,
    channels: phoneCall.channels,
    publishManifest: true,
  });
  storage = await Origin.listen(createStorageHandler(folder));
  host = await SimpleHost.listen([storage.url]);
  browser = await launchBrowser();
});

beforeEach(async () => {
  host.reset();
  host.keyOf = await packageKeys(pack, archive);
  host.change = set => ({ ...set, call: pack.callId, rev: 1 });
  listener = await SimpleListener.at(browser, host);
});

afterEach(() => listener.close());

afterAll(async () => {
  await browser?.close();
  await Promise.all([storage?.stop(), host?.close()]);
  await rm(folder, { recursive: true, force: true });
});

const source = () => ({
  media: `${storage.url}/${pack.callId}/${pack.packageId}/`,
  packagerKeys: [packager.publicJwk],
  audit: 'callback' as const,
});

describe('a package without a key service', () => {
  test('sounds as it was sealed, with its waveform, and every access is on record', async () => {
    expect(await listener.open(source())).toBeUndefined();
    await listener.play();
    await listener.playsTo(27);
    const mp4 = await openPackage(pack, archive);
    const [left] = await listener.page.evaluate(m => window.harness.compare(m, 0.2, 26.2), mp4);
    expect(left.correlation).toBeGreaterThanOrEqual(0.95);
    expect(left.longestGapSeconds).toBeLessThanOrEqual(0.02);
    const peaks = await listener.page.evaluate(() => window.harness.player?.peaks?.channels[0]?.length);
    expect(peaks).toBeGreaterThan(800);
    expect(host.record.slice(0, 2)).toEqual(['player.ready', 'playback.started']);
    expect(host.record).toContain('playback.listened');
    expect(await listener.violations()).toEqual([]);
  });

  test('keys of the next 24 seconds at most', async () => {
    expect(await listener.open(source())).toBeUndefined();
    await listener.play();
    await listener.playsTo(1);
    const ids = host.questions.flatMap(({ keyIds }) => keyIds).filter(id => id.includes('/audio/'));
    const furthest = Math.max(...ids.map(id => Number(id.split('/')[3])));
    expect(furthest).toBeLessThanOrEqual(15);
    expect(ids.every(id => id.startsWith(`${pack.packageId}/audio/0/`))).toBe(true);
  });

  test('locked: no key is asked for and nothing is heard, until it is unlocked', async () => {
    expect(await listener.open(source())).toBeUndefined();
    await listener.play();
    await listener.playsTo(1);
    await listener.page.evaluate(() => window.harness.player?.lock());
    await listener.reaches('locked');
    await listener.hearsNothing(1000);
    await listener.page.evaluate(() => window.harness.player?.unlock());
    await listener.play();
    await listener.hears();
  });
});

describe('what is not played', () => {
  test('a package whose packager nobody named', async () => {
    const { packagerKeys: _packagerKeys, ...unsigned } = source();
    expect(await listener.open(unsigned)).toMatchObject({ code: 'setup_invalid' });
    const stranger = await generateKey('packager');
    const refusal = await listener.open({ ...source(), packagerKeys: [stranger.publicJwk] });
    expect(refusal).toMatchObject({ code: 'integrity_failed' });
    expect(host.questions).toEqual([]);
  });

  test('a wrong key: the recording fails, on record, and nothing is heard', async () => {
    host.keyOf = () => Promise.resolve(new Uint8Array(32).fill(7));
    await listener.open(source());
    await listener.reaches('failed');
    await listener.hearsNothing(1000);
    await expect.poll(() => host.record).toContain('integrity.failed');
  });

  test('one byte that storage has changed', async () => {
    const path = join(pack.folder, 'audio.bin');
    const genuine = await readFile(path);
    const changed = Buffer.from(genuine);
    const at = pack.manifest.tracks[0].slotBytes * 2 + 100;
    changed[at] = (changed[at] ?? 0) ^ 1;
    await writeFile(path, changed);
    try {
      await listener.open(source());
      await listener.reaches('failed');
      await expect.poll(() => host.record).toContain('integrity.failed');
    } finally {
      await writeFile(path, genuine);
    }
  });

  test('keys made for another revision', async () => {
    host.change = set => ({ ...set, call: pack.callId, rev: 2 });
    expect(await listener.open(source())).toMatchObject({ code: 'authorize_failed' });
    await listener.reaches('failed');
  });
});
