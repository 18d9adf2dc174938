import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Handler } from '../support/deployment.ts';
import { Listener } from '../support/listener.ts';
import { nurseCall } from '../support/recordings.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let service: Handler;

beforeAll(async () => {
  stage = await openStage({ recordings: [nurseCall] });
  service = stage.deployment.service.handler;
});
afterEach(() => stage.deployment.service.serve(service));
afterAll(() => stage.close());

async function playing(): Promise<Listener> {
  const listener = await Listener.at(stage.browser, stage.deployment);
  expect(await listener.open()).toBeUndefined();
  await listener.play();
  await listener.hears();
  return listener;
}

/** Nothing comes out for a while, whatever is still under way. */
async function staysSilent(listener: Listener): Promise<void> {
  await listener.hearsNothing(2000);
  await listener.page.evaluate(() => window.harness.sound.clear());
  const sample = (): Promise<number> => listener.page.evaluate(() => window.harness.sound.level(1));
  for (let round = 0; round < 10; round += 1) {
    await listener.page.evaluate(() => new Promise(resolve => setTimeout(resolve, 100)));
    expect(await sample()).toBe(0);
  }
}

describe('the last command counts', () => {
  test('locked while it was being unlocked: it stays locked, and no key is leased for it', async () => {
    const listener = await playing();
    await listener.page.evaluate(async () => {
      const { player } = window.harness;
      player?.lock();
      const unlocking = player?.unlock();
      player?.lock();
      await unlocking;
      await player?.play();
    });
    expect((await listener.state()).status).toBe('locked');
    await staysSilent(listener);
    expect((await listener.state()).status).toBe('locked');
    await listener.page.evaluate(() => window.harness.player?.unlock());
    await listener.play();
    await listener.hears();
    await listener.page.context().close();
  });

  test('locked, unlocked and locked again many times at once', async () => {
    const listener = await playing();
    await listener.page.evaluate(async () => {
      const { player } = window.harness;
      if (!player) return;
      const unlocks: Promise<void>[] = [];
      for (let round = 0; round < 8; round += 1) {
        player.lock();
        unlocks.push(player.unlock());
      }
      player.lock();
      await Promise.allSettled(unlocks);
      await player.play().catch(() => undefined);
    });
    expect((await listener.state()).status).toBe('locked');
    await staysSilent(listener);
    await listener.page.context().close();
  });

  test('locked and unlocked again and again without playing: it still opens', async () => {
    const listener = await Listener.at(stage.browser, stage.deployment);
    expect(await listener.open()).toBeUndefined();
    for (let round = 0; round < 6; round += 1) {
      await listener.page.evaluate(() => window.harness.player?.lock());
      expect((await listener.state()).status).toBe('locked');
      await listener.page.evaluate(() => window.harness.player?.unlock());
      expect((await listener.state()).status).toBe('ready');
    }
    await listener.play();
    await listener.hears();
    await listener.page.context().close();
  });

  test('closed while it was being opened: nothing is heard, and opening ends', async () => {
    const listener = await Listener.at(stage.browser, stage.deployment);
    const call = { call: stage.deployment.packages[0]?.callId ?? '', service: stage.deployment.service.url };
    for (const delayMs of [0, 5, 20, 60, 120, 250]) {
      const outcome = await listener.page.evaluate(
        async ([c, ms]) => {
          const opening = window.harness.open(c);
          await new Promise(resolve => setTimeout(resolve, ms));
          const { player } = window.harness;
          await player?.destroy();
          await player?.play().catch(() => undefined);
          const refused = await opening;
          return [player?.state.status, refused?.code ?? 'opened'];
        },
        [call, delayMs] as const,
      );
      expect(outcome[0]).toBe('idle');
      expect(['destroyed', 'opened']).toContain(outcome[1]);
    }
    await staysSilent(listener);
    expect(listener.page.workers()).toHaveLength(0);
    await listener.page.context().close();
  });

  test('opened twice at once: one session', async () => {
    const listener = await Listener.at(stage.browser, stage.deployment);
    const before = (await stage.officer.records()).filter(r => r.type === 'grant.redeemed').length;
    expect(await listener.open()).toBeUndefined();
    await listener.page.evaluate(() =>
      Promise.all([window.harness.player?.open({ purpose: 'TREAT' }), window.harness.player?.open()]),
    );
    const after = (await stage.officer.records()).filter(r => r.type === 'grant.redeemed').length;
    expect(after - before).toBe(1);
    await listener.page.context().close();
  });
});

describe('a laptop that slept', () => {
  test('the allowed time is over by the wall clock although the audio clock stood still', async () => {
    const listener = await playing();
    await listener.playsTo(2);
    await stage.deployment.service.stop();
    // What a sleep of an hour looks like to a page: the wall clock has gone on, the audio clock has not.
    await listener.page.evaluate(() => {
      const awake = Date.now.bind(Date);
      Date.now = () => awake() + 3600_000;
    });
    await listener.reaches('audit-blocked', 3000);
    await staysSilent(listener);
    await stage.deployment.service.start();
    await listener.reaches('playing');
    await listener.hears();
    await listener.page.context().close();
  });
});

describe('what a listener sets', () => {
  test('values out of range neither break the session nor open the gate', async () => {
    const listener = await playing();
    await listener.page.evaluate(() => {
      const { player } = window.harness;
      for (const value of [NaN, Infinity, -Infinity, -1, 1e9]) {
        player?.setChannel(0, { gain: value, pan: value });
        player?.setChannel(value, { gain: 1 });
        player?.seek(value);
      }
      player?.setChannel(0, { gain: 1 });
      player?.seek(10);
    });
    await listener.play();
    await listener.playsTo(30);
    expect((await listener.state()).status).toBe('playing');
    await listener.page.context().close();
  });

  test('a rate above the grant’s is not taken', async () => {
    const listener = await playing();
    await listener.page.evaluate(() => window.harness.player?.set({ playbackRate: 16 }));
    expect(await listener.state()).toMatchObject({ playbackRate: 2 });
    await listener.page.context().close();
  });
});

describe('after the end', () => {
  test('no command brings the sound of a revoked session back', async () => {
    const listener = await playing();
    const sid = await listener.page.evaluate(() => window.harness.events[0]?.sid ?? '');
    await stage.officer.revoke({ session: sid });
    await listener.reaches('revoked', 3000);
    await listener.page.evaluate(async () => {
      const { player } = window.harness;
      player?.seek(0);
      player?.set({ volume: 1, muted: false, loop: true });
      player?.setChannel(0, { gain: 4 });
      player?.lock();
      await player?.unlock().catch(() => undefined);
      await player?.retry().catch(() => undefined);
      await player?.play().catch(() => undefined);
    });
    await staysSilent(listener);
    await listener.page.context().close();
  });

  test('the media element is nowhere in the document, and its address opens nothing', async () => {
    const listener = await playing();
    const found = await listener.page.evaluate(async () => {
      const elements = document.querySelectorAll('audio, video, iframe, object, embed').length;
      const addresses = performance.getEntriesByType('resource').map(entry => entry.name);
      const blobs = addresses.filter(address => address.startsWith('blob:'));
      const answers = await Promise.allSettled(blobs.map(address => fetch(address)));
      return { elements, opened: answers.filter(answer => answer.status === 'fulfilled').length };
    });
    expect(found).toEqual({ elements: 0, opened: 0 });
    await listener.page.context().close();
  });
});
