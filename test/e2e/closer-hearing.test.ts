import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packRecording, type PackResult } from '@secure-call/packager';
import { generateKey, type KeyPair } from '@secure-call/protocol';
import { createStorageHandler } from '@secure-call/server';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Origin, TENANT } from '../support/deployment.ts';
import { buildSimplePage, SimpleHost } from '../support/simple-host.ts';
import { SimpleListener } from '../support/simple-listener.ts';
import { packageKeys } from '../support/simple-package.ts';
import { wavFile } from '../unit/packager/wav-file.ts';

const webvtt = `WEBVTT

chapter
00:00.000 --> 00:10.000
Greeting

00:01.000 --> 00:02.500
<v Nurse>Healthcare hotline.

00:03.000 --> 00:05.000
<v Caller><c.redacted>identity number</c>
`;

/** Seconds without sound. */
const silence = { from: 7, to: 13 };

/** A tone of 20 s at 8 kHz, but for the silence. */
const tone = Float32Array.from({ length: 20 * 8000 }, (_, sample) => {
  const isSilent = sample >= silence.from * 8000 && sample < silence.to * 8000;
  return isSilent ? 0 : 0.3 * Math.sin((2 * Math.PI * 440 * sample) / 8000);
});

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
  folder = await mkdtemp(join(tmpdir(), 'closer-'));
  [archive, packager] = [await generateKey('archive'), await generateKey('packager')];
  const [recording, transcript] = [join(folder, 'call.wav'), join(folder, 'call.vtt')];
  await writeFile(recording, wavFile({ channels: [tone] }));
  await writeFile(transcript, webvtt);
  pack = await packRecording({
    recording,
    to: folder,
    tenant: TENANT,
    recipients: [archive.publicJwk],
    signer: packager.privateJwk,
    channels: ['both'],
    transcript,
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
  const refusal = await listener.open({
    media: `${storage.url}/${pack.callId}/${pack.packageId}/`,
    packagerKeys: [packager.publicJwk],
    audit: 'callback',
  });
  expect(refusal).toBeUndefined();
});

afterEach(() => listener.close());

afterAll(async () => {
  await browser?.close();
  await Promise.all([storage?.stop(), host?.close()]);
  await rm(folder, { recursive: true, force: true });
});

const transcriptState = (): Promise<unknown> =>
  listener.page.evaluate(() => {
    const state = window.harness.player?.state;
    return state && 'transcript' in state ? state.transcript : undefined;
  });

const read = (how: 'viewed' | 'searched'): Promise<void> =>
  listener.page.evaluate(async h => window.harness.player?.readTranscript(h), how);

const jumps = (): Promise<readonly (readonly [number, number])[]> =>
  listener.page.evaluate(() =>
    window.harness.events.flatMap(event =>
      event.type === 'playback.seeked' ? [[event.from, event.to] as const] : [],
    ),
  );

describe('the transcript', () => {
  test('is sealed until someone reads it, and reading and searching are on record', async () => {
    expect(await transcriptState()).toBe('sealed');
    expect(host.questions.flatMap(({ keyIds }) => keyIds).some(id => id.includes('/transcript/'))).toBe(
      false,
    );
    await read('viewed');
    expect(await transcriptState()).toBe('open');
    expect(await listener.page.evaluate(() => window.harness.player?.transcript)).toMatchObject({
      chapters: [{ from: 0, title: 'Greeting' }],
      cues: [
        { from: 1, speaker: 'Nurse', pieces: [{ text: 'Healthcare hotline.', redacted: false }] },
        { from: 3, speaker: 'Caller', pieces: [{ text: 'identity number', redacted: true }] },
      ],
    });
    await read('searched');
    await expect
      .poll(() => host.record)
      .toEqual(expect.arrayContaining(['player.ready', 'transcript.viewed', 'transcript.searched']));
  });

  test('is gone when the call is locked', async () => {
    await read('viewed');
    await listener.page.evaluate(() => window.harness.player?.lock());
    expect(await listener.page.evaluate(() => window.harness.player?.transcript)).toBeUndefined();
    await read('viewed');
    expect(await listener.page.evaluate(() => window.harness.player?.transcript)).toBeUndefined();
    await listener.page.evaluate(() => window.harness.player?.unlock());
    expect(await transcriptState()).toBe('sealed');
    await read('viewed');
    expect(await transcriptState()).toBe('open');
  });

  test('that the host gives no keys for is withheld, and the sound goes on', async () => {
    const keyOf = await packageKeys(pack, archive);
    host.keyOf = id => (id.includes('/transcript/') ? Promise.resolve(undefined) : keyOf(id));
    await read('viewed');
    expect(await transcriptState()).toBe('withheld');
    expect(host.record).not.toContain('transcript.viewed');
  });
});

describe('closer hearing', () => {
  test('a loop plays over and over, each time on record, and exactly', async () => {
    await listener.page.evaluate(() => window.harness.player?.set({ loopRange: [4, 5.5] }));
    await listener.page.evaluate(() => window.harness.player?.seek(4));
    await listener.play();
    await expect.poll(async () => (await jumps()).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
    for (const [from, to] of (await jumps()).slice(1)) {
      expect(to).toBeCloseTo(4, 1);
      expect(from).toBeGreaterThan(5.3);
      expect(from).toBeLessThan(6.2);
    }
  });

  test('silences are jumped over, on record', async () => {
    await listener.page.waitForFunction(() => window.harness.player?.peaks !== undefined);
    await listener.page.evaluate(() => window.harness.player?.set({ skipSilence: true }));
    await listener.play();
    await expect.poll(async () => (await jumps()).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(1);
    const [from, to] = (await jumps())[0] ?? [0, 0];
    expect(from).toBeGreaterThanOrEqual(silence.from - 0.1);
    expect(from).toBeLessThan(silence.from + 1);
    expect(to).toBeGreaterThan(silence.to - 1);
    expect(to).toBeLessThan(silence.to);
    await listener.playsTo(silence.to + 0.5);
  });

  test('clearer speech is heard, and so is the sound without it', async () => {
    await listener.play();
    await listener.hears();
    await listener.page.evaluate(() => window.harness.player?.set({ clearerSpeech: true }));
    await listener.hears();
    await listener.page.evaluate(() => window.harness.player?.set({ clearerSpeech: false }));
    await listener.hears();
    expect(await listener.status()).toBe('playing');
  });

  test('another output is on record', async () => {
    await listener.page.evaluate(() => window.harness.player?.set({ output: '' }));
    await expect.poll(() => host.record).toContain('output.changed');
  });
});
