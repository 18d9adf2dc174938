import type { PlayerState } from '@secure-call/player';
import { fromBase64url, type SessionAnswer, unpackData } from '@secure-call/protocol';
import { clientPattern } from '@secure-call/watermark';
import type { Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nurseCall } from '../support/recordings.ts';
import { SessionMarks } from '../support/session-marks.ts';
import { type KnownPackage, openWhole, secretKeys } from './archive-holder.ts';
import { type CrossingMessage, watchBorder } from './border-guard.ts';
import { HiddenBytes } from './hidden-bytes.ts';
import { openStage, type Stage } from './stage.ts';
import { Traffic } from './traffic.ts';

let stage: Stage;
let traffic: Traffic;
let known: KnownPackage;
let keys: HiddenBytes;
let crossings: CrossingMessage[];
let marks: SessionMarks;

beforeAll(async () => {
  stage = await openStage({ recordings: [nurseCall] });
  const { deployment, browser } = stage;
  traffic = new Traffic(deployment);
  marks = new SessionMarks(deployment);
  const [pack] = deployment.packages;
  if (!pack) throw new Error('There is no package.');
  known = await openWhole(pack, deployment.archive);
  keys = new HiddenBytes(secretKeys(known));
  const page = await (await browser.newContext()).newPage();
  await page.addInitScript(watchBorder);
  await page.goto(deployment.page.url);
  await page.waitForFunction(() => 'harness' in window);
  await wholeSession(page, { call: pack.callId, service: deployment.service.url });
  crossings = await page.evaluate(() => window.crossings);
}, 120_000);

afterAll(() => stage.close());

/** What a session puts into the sound, tile by tile. */
async function markOf({ key, id }: SessionAnswer['watermark']): Promise<Uint8Array> {
  return new Uint8Array((await clientPattern(fromBase64url(key), id)).buffer);
}

async function wholeSession(page: Page, call: { call: string; service: string }): Promise<void> {
  const reaches = async (status: PlayerState['status']): Promise<void> => {
    await page.waitForFunction(s => window.harness.player?.state.status === s, status);
  };
  await page.evaluate(c => window.harness.open(c), call);
  await page.evaluate(() => window.harness.player?.play());
  await reaches('playing');
  await page.evaluate(() => window.harness.player?.seek(100));
  await page.waitForFunction(() => window.harness.sound.level(0.3) > 0.005);
  await page.evaluate(() => window.harness.player?.lock());
  await page.evaluate(() => window.harness.player?.unlock());
  await page.evaluate(() => window.harness.player?.play());
  await reaches('playing');
  await page.waitForFunction(() => window.harness.player?.peaks !== undefined);
  await page.evaluate(() => window.harness.player?.destroy());
}

const bytesOf = (direction: CrossingMessage['direction']): Uint8Array[] =>
  crossings
    .filter(message => message.direction === direction)
    .flatMap(message => message.bytes.map(text => Buffer.from(text, 'base64')));

describe('what crosses the border of the vault', () => {
  test('a whole session was watched', () => {
    const text = crossings.map(message => message.text).join('\n');
    for (const word of [
      'deviceKey',
      'watermark',
      'segment',
      'peaks',
      'lock',
      'unlock',
      'close',
      'answered',
      'access',
    ])
      expect(text).toContain(word);
    expect(bytesOf('out').length).toBeGreaterThan(10);
  });

  test('no key in either direction, in any spelling, nor an object that stands for one', () => {
    for (const message of crossings) {
      expect(message.cryptoKeys).toBe(0);
      expect(keys.countInText(message.text)).toBe(0);
      for (const bytes of message.bytes) expect(keys.countIn(Buffer.from(bytes, 'base64'))).toBe(0);
    }
    // The search finds a key where one is.
    const [callKey] = secretKeys(known);
    expect(keys.countInText(Buffer.from(callKey ?? []).toString('base64url'))).toBe(1);
  });

  test('nothing that wraps one, and no private half of one', () => {
    for (const { text } of crossings) {
      expect(text).not.toContain('"wrapped"');
      expect(text).not.toContain('"d":');
      expect(text).not.toContain('"epk"');
    }
  });

  test('the grant goes in once and never comes back', () => {
    const [grant] = traffic.grants;
    if (grant === undefined) throw new Error('No grant was issued.');
    const signature = grant.split('.')[2] ?? '';
    const carrying = crossings.filter(({ text }) => text.includes(signature));
    expect(carrying.map(({ direction }) => direction)).toEqual(['in']);
  });

  test('the tenant’s watermark key stays inside', () => {
    const key = new HiddenBytes([Buffer.from(marks.last.key, 'base64url')]);
    for (const message of crossings) {
      expect(key.countInText(message.text)).toBe(0);
      for (const bytes of message.bytes) expect(key.countIn(Buffer.from(bytes, 'base64'))).toBe(0);
    }
    // The search finds it where it is.
    expect(key.countInText(`{"key":"${marks.last.key}"}`)).toBe(1);
  });

  test('no bytes go in, and those that come out are segments, peaks or this session’s mark', async () => {
    expect(bytesOf('in')).toEqual([]);
    const peaksTrack = known.segments.filter(({ track }) => track.name === 'peaks');
    const peaks = await Promise.all(peaksTrack.map(({ plaintext }) => unpackData(plaintext)));
    const plaintexts = known.segments.filter(({ track }) => track.name === 'audio').map(s => s.plaintext);
    const allowed = new Set(
      [...plaintexts, Buffer.concat(peaks), await markOf(marks.last)].map(bytes =>
        Buffer.from(bytes).toString('base64'),
      ),
    );
    for (const bytes of bytesOf('out')) expect(allowed.has(Buffer.from(bytes).toString('base64'))).toBe(true);
  });
});
