import { type CallPlayer, createCallPlayer, type ListeningReason } from '@secure-call/player';
import { expect, onTestFinished, test } from 'vitest';
import { giveKeys, simpleSource, simpleWorkerUrl } from '../simple-host.ts';

const reason: ListeningReason = { purpose: 'TREAT' };

/** Something that happens when the test says so. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = (): void => undefined;
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { opened, open };
}

function ended<Player extends CallPlayer>(player: Player): Player {
  onTestFinished(() => player.destroy());
  return player;
}

test('a call that is locked before its keys are there is locked when it is open', async () => {
  const backend = gate();
  const record: string[] = [];
  let asked = 0;
  const player = ended(
    createCallPlayer({
      source: {
        ...simpleSource(),
        keys: async request => {
          asked += 1;
          await backend.opened;
          return giveKeys(request);
        },
      },
      workerUrl: simpleWorkerUrl,
      onAccessEvent: async ({ type }) => void (await Promise.resolve(record.push(type))),
    }),
  );
  const opening = player.open(reason);
  await expect.poll(() => asked).toBe(1);
  player.lock();
  expect(player.state.status).toBe('opening');
  backend.open();
  await opening;
  expect(player.state.status).toBe('locked');
  expect(player.peaks).toBeUndefined();
  await expect.poll(() => record).toContain('session.locked');
  await player.unlock();
  expect(player.state.status).toBe('ready');
  await player.play();
  await expect.poll(() => player.state.status).toBe('playing');
});

test('a call that is locked while its sound is loaded is locked too', async () => {
  const storage = gate();
  let asked = 0;
  const player = ended(
    createCallPlayer({
      source: simpleSource(),
      workerUrl: simpleWorkerUrl,
      onAccessEvent: () => Promise.resolve(),
      fetchMedia: async ({ url, signal }) => {
        if (!url.endsWith('.m3u8')) {
          asked += 1;
          await storage.opened;
        }
        return (await fetch(url, { signal })).arrayBuffer();
      },
    }),
  );
  const opening = player.open(reason);
  await expect.poll(() => asked).toBeGreaterThan(0);
  player.lock();
  await opening;
  expect(player.state.status).toBe('locked');
  storage.open();
  await player.unlock();
  expect(player.state.status).toBe('ready');
});

test('opening ends with destroy(), whether the host heeds its signal or not', async () => {
  let asked = 0;
  const player = createCallPlayer({
    source: {
      call: 'q3ZkT1vL9xYAAAAAAAAAAA',
      service: 'https://keys.invalid',
      authorize: () => {
        asked += 1;
        return new Promise(() => undefined);
      },
    },
    workerUrl: '/packages/player/src/vault/vault-worker.ts',
  });
  const opening = expect(player.open(reason)).rejects.toMatchObject({ code: 'destroyed' });
  await expect.poll(() => asked).toBe(1);
  await player.destroy();
  await opening;
  expect(player.state).toEqual({ status: 'idle' });
});
