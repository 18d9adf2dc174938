import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { buildSimplePage, SimpleHost } from '../support/simple-host.ts';
import { SimpleListener } from '../support/simple-listener.ts';

let host: SimpleHost;
let browser: Browser;
let listener: SimpleListener;

beforeAll(async () => {
  await buildSimplePage();
  host = await SimpleHost.listen();
  browser = await launchBrowser();
});

beforeEach(async () => {
  host.reset();
  listener = await SimpleListener.at(browser, host);
});

afterEach(() => listener.close());

afterAll(async () => {
  await browser?.close();
  await host?.close();
});

const plain = (path: string) => ({ media: host.hls(path), allowUnauthenticated: true });

async function expectSound(fromSeconds: number, toSeconds: number): Promise<void> {
  const clear = await readFile(new URL('../vectors/hls/clear.mp4', import.meta.url));
  const [left, right] = await listener.page.evaluate(
    ([mp4, from, to]) => window.harness.compare(mp4, from, to),
    [clear.toString('base64'), fromSeconds, toSeconds] as const,
  );
  for (const side of [left, right]) {
    expect(side.blocks).toBeGreaterThan(3);
    expect(side.correlation).toBeGreaterThanOrEqual(0.95);
    expect(side.longestGapSeconds).toBeLessThanOrEqual(0.02);
  }
}

describe('HLS of other packagers sounds as it was recorded', () => {
  test.each([
    ['MPEG-TS with one key, by ffmpeg', 'ts/index.m3u8'],
    ['fMP4 behind a multivariant playlist, with an encrypted section', 'fmp4/index.m3u8'],
    ['another key for every segment, in byte ranges of one object', 'rotation/index.m3u8'],
  ])('%s', async (_what, path) => {
    expect(await listener.open(plain(path))).toBeUndefined();
    await listener.play();
    await listener.playsTo(13);
    await expectSound(0.2, 12.2);
    expect(await listener.violations()).toEqual([]);
  });

  test('a key is asked for by its address, and the call ends where it ends', async () => {
    expect(await listener.open(plain('rotation/index.m3u8'))).toBeUndefined();
    const asked = host.questions.flatMap(({ keyIds }) => keyIds);
    expect(asked.every(id => id.startsWith(host.hls('rotation/keys/')))).toBe(true);
    await listener.page.evaluate(() => window.harness.player?.seek(17));
    await listener.play();
    await listener.reaches('ended');
    // Events are signed and handed over after the state has changed.
    await expect.poll(() => host.record).toContain('playback.ended');
  });

  test('a backend that can only do RSA', async () => {
    const source = { ...plain('ts/index.m3u8'), keyAgreement: 'RSA-OAEP-256' as const };
    expect(await listener.open(source)).toBeUndefined();
    await listener.play();
    await listener.hears();
    expect(host.questions[0]?.publicJwk).toMatchObject({ kty: 'RSA', alg: 'RSA-OAEP-256' });
  });
});

describe('what is not played', () => {
  test('HLS that nobody authenticates, unless the host says so', async () => {
    const refusal = await listener.open({ media: host.hls('ts/index.m3u8') });
    expect(refusal?.code).toBe('setup_invalid');
    expect(refusal?.message).toContain('allowUnauthenticated');
    expect(host.questions).toEqual([]);
  });

  test('a wrong key: a failure, on record, and silence', async () => {
    host.keyOf = () => Promise.resolve(new Uint8Array(16).fill(7));
    await listener.open(plain('ts/index.m3u8'));
    await listener.reaches('failed');
    await listener.hearsNothing(1000);
    await expect.poll(() => host.record).toContain('integrity.failed');
    expect(host.record).not.toContain('playback.started');
  });

  test('a set sealed for another player', async () => {
    host.change = set => ({ ...set, jkt: 'A'.repeat(43) });
    expect(await listener.open(plain('ts/index.m3u8'))).toMatchObject({ code: 'authorize_failed' });
    await listener.hearsNothing(1000);
  });

  test('keys that have expired: silence, until the backend gives new ones', async () => {
    host.change = set => ({ ...set, exp: set.iat + 5 });
    expect(await listener.open(plain('ts/index.m3u8'))).toBeUndefined();
    await listener.play();
    await listener.hears();
    host.keyOf = () => Promise.resolve(undefined);
    await listener.reaches('audit-blocked');
    await listener.hearsNothing(1000);
    host.reset();
    await listener.reaches('playing');
    await listener.hears();
  });
});

describe('a host whose record is the gate', () => {
  const audited = (): Parameters<SimpleListener['open']>[0] => ({
    ...plain('ts/index.m3u8'),
    audit: 'callback',
  });

  test('a record that takes nothing: no key was asked for, and no sound', async () => {
    host.recording = 'refuses';
    expect(await listener.open(audited())).toMatchObject({ code: 'audit_unavailable' });
    await listener.hearsNothing(1000);
    expect(host.questions).toEqual([]);
  });

  test('a record that does not answer: the same', async () => {
    host.recording = 'hangs';
    expect(await listener.open(audited())).toMatchObject({ code: 'audit_unavailable' });
    expect(host.questions).toEqual([]);
  });

  test('a record that goes away while someone listens: silence within 33 s, and it goes on when it is back', async () => {
    expect(await listener.open(audited())).toBeUndefined();
    await listener.page.evaluate(() => window.harness.player?.set({ loop: true }));
    await listener.play();
    await listener.hears();
    const since = Date.now();
    host.recording = 'refuses';
    await listener.reaches('audit-blocked', 40_000);
    await listener.hearsNothing(1000);
    expect((Date.now() - since) / 1000).toBeLessThanOrEqual(33);
    const asked = host.questions.length;
    host.recording = 'on';
    await listener.reaches('playing');
    await listener.hears();
    expect(host.questions.length).toBeGreaterThanOrEqual(asked);
    expect(host.record).toContain('audit.degraded');
    const sequence = await listener.page.evaluate(() => [
      ...new Set(window.harness.events.map(({ eventSeq }) => eventSeq)),
    ]);
    expect(sequence).toEqual(sequence.map((_, place) => place + 1));
  });
});
