import { slotRange } from '@secure-call/protocol';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Handler } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { nurseCall } from '../support/recordings.ts';
import { runs } from '../support/run-counts.ts';
import { SeededRandom } from './seeded-random.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let storage: Handler;

beforeAll(async () => {
  stage = await openStage({ recordings: [nurseCall] });
  storage = stage.deployment.storage.handler;
});
afterEach(() => stage.deployment.storage.serve(storage));
afterAll(() => stage.close());

type Tampering = (bytes: Uint8Array<ArrayBuffer>, object: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>;

/** From the segment that is tampered with on, a part of the recording must not be heard. */
const ATTACKED = 4;

/** Delivers one slot of the sound as the attacker likes. */
async function attack(tamper: Tampering, slot: number = ATTACKED): Promise<void> {
  const [pack] = stage.deployment.packages;
  if (!pack) throw new Error('There is no package.');
  const { start, end } = slotRange(pack.manifest.tracks[0], slot);
  const path = `/${pack.callId}/${pack.packageId}/audio.bin`;
  const whole = await storage(new Request(stage.deployment.storage.url + path));
  const object = new Uint8Array(await whole.arrayBuffer());
  stage.deployment.storage.serve(async request => {
    const response = await storage(request);
    const attacked = request.headers.get('range') === `bytes=${start}-${end - 1}`;
    if (!attacked || !request.url.endsWith(path)) return response;
    const bytes = tamper(object.slice(start, end), object);
    return new Response(bytes, { status: response.status, headers: response.headers });
  });
}

const attacks: Record<string, Tampering> = {
  'a bit of the initialisation vector': bytes => bytes.with(3, (bytes[3] ?? 0) ^ 1),
  'a bit of the sound': bytes => bytes.with(500, (bytes[500] ?? 0) ^ 128),
  'a bit of the tag': bytes => bytes.with(bytes.length - 1, (bytes.at(-1) ?? 0) ^ 1),
  'the slot of another moment of the call': (bytes, object) => object.slice(bytes.length, 2 * bytes.length),
  'nothing but zeros': bytes => bytes.fill(0),
};

describe('storage delivers something else for one segment', () => {
  for (const [name, tamper] of Object.entries(attacks)) {
    test(name, async () => {
      await attack(tamper);
      const { deployment, browser, officer } = stage;
      const listener = await Listener.at(browser, deployment);
      await listener.open();
      await listener.play().catch(() => undefined);
      await listener.reaches('failed');
      const state = await listener.state();
      expect(state).toMatchObject({ status: 'failed', code: 'integrity_failed' });
      // The engine loads ahead, so playing stops before the attacked segment begins.
      const { segmentSamples, sampleRateHz } = deployment.packages[0]?.manifest.tracks[0] ?? {
        segmentSamples: 0,
        sampleRateHz: 1,
      };
      const begins = ((ATTACKED - 1) * segmentSamples) / sampleRateHz;
      expect('positionSeconds' in state && (state.positionSeconds ?? 0)).toBeLessThan(begins);
      await listener.hearsNothing(2000);
      const types = await listener.page.evaluate(() => window.harness.events.map(event => event.type));
      expect(types).not.toContain('playback.ended');
      const sid = await listener.page.evaluate(() => window.harness.events[0]?.sid ?? '');
      await expect
        .poll(
          async () => (await officer.records(sid)).find(record => record.type === 'integrity.failed')?.body,
        )
        .toMatchObject({ event: { index: ATTACKED, why: 'hash' } });
      await listener.page.context().close();
    });
  }
});

test('a byte changed anywhere in what a call starts with is never accepted', async () => {
  const random = new SeededRandom(20190218);
  const listener = await Listener.at(stage.browser, stage.deployment);
  const accepted: number[] = [];
  for (let trial = 0; trial < runs(10); trial += 1) {
    const [change, place] = [1 + random.below(255), random.below(1024)];
    await attack(bytes => bytes.with(place, (bytes[place] ?? 0) ^ change), trial % 2);
    if ((await listener.open()) !== 'integrity_failed') accepted.push(trial);
  }
  expect(accepted).toEqual([]);
  expect(await listener.page.evaluate(() => window.harness.sound.level(60))).toBe(0);
  await listener.page.context().close();
});

test('the same call plays where storage tells the truth', async () => {
  const listener = await Listener.at(stage.browser, stage.deployment);
  expect(await listener.open()).toBeUndefined();
  await listener.play();
  await listener.playsTo(9);
  await listener.hears();
  await listener.page.context().close();
});
