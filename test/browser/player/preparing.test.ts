import { type CallPlayer, createCallPlayer, type ListeningReason } from '@secure-call/player';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { PlayerHolder } from '../../../packages/element/src/player-holder.ts';
import { giveKeys, simpleSource, simpleWorkerUrl } from '../simple-host.ts';

const reason: ListeningReason = { purpose: 'TREAT' };

let workers: Worker[];
let ended: Worker[];

beforeEach(() => {
  workers = [];
  ended = [];
  const Original = globalThis.Worker;
  globalThis.Worker = class extends Original {
    constructor(...args: ConstructorParameters<typeof Worker>) {
      super(...args);
      workers.push(this);
    }

    override terminate(): void {
      ended.push(this);
      super.terminate();
    }
  };
  onTestFinished(() => {
    globalThis.Worker = Original;
  });
});

/** @returns a player and what it has asked of its host and its storage */
function createPlayer(options: Partial<Parameters<typeof createCallPlayer>[0]> = {}): {
  readonly player: CallPlayer;
  readonly asked: string[];
} {
  const asked: string[] = [];
  const player = createCallPlayer({
    source: {
      ...simpleSource(),
      keys: request => {
        asked.push('keys');
        return giveKeys(request);
      },
    },
    workerUrl: simpleWorkerUrl,
    onAccessEvent: () => Promise.resolve(),
    fetchMedia: async ({ url, signal }) => {
      asked.push('media');
      return (await fetch(url, { signal })).arrayBuffer();
    },
    ...options,
  });
  onTestFinished(() => player.destroy());
  return { player, asked };
}

test('a call that waits for its reason has its Worker, asks nobody for anything, and opens in that Worker', async () => {
  const { player, asked } = createPlayer();
  await player.open();
  expect(player.state).toEqual({ status: 'reason-required' });
  await player.open();
  expect(workers).toHaveLength(1);
  expect(asked).toEqual([]);
  await player.open(reason);
  expect(player.state.status).toBe('ready');
  expect(asked).toContain('keys');
  expect(workers).toHaveLength(1);
  expect(ended).toEqual([]);
  await player.destroy();
  expect(ended).toEqual(workers);
});

test.each<[string, (player: CallPlayer, end: () => void) => unknown]>([
  ['by the function that preparing returns', (_, end) => end()],
  ['by destroy()', player => player.destroy()],
  ['when the page is left', () => dispatchEvent(new PageTransitionEvent('pagehide'))],
])('what was made ready and not used ends %s', async (_, end) => {
  const { player, asked } = createPlayer();
  const release = player.prepare();
  expect(player.state).toEqual({ status: 'idle' });
  expect(workers).toHaveLength(1);
  expect(ended).toEqual([]);
  await end(player, release);
  expect(ended).toEqual(workers);
  expect(asked).toEqual([]);
});

test('the audio context is suspended until the call is opened, and closed with it', async () => {
  const suspend = vi.spyOn(AudioContext.prototype, 'suspend');
  onTestFinished(() => suspend.mockRestore());
  const { player } = createPlayer();
  player.prepare();
  const [context] = suspend.mock.contexts;
  await suspend.mock.results[0]?.value;
  expect(context).toMatchObject({ state: 'suspended' });
  await player.open(reason);
  await vi.waitFor(() => expect(context).toMatchObject({ state: 'running' }));
  await player.destroy();
  await vi.waitFor(() => expect(context).toMatchObject({ state: 'closed' }));
});

test('a player cancelled while its engine still loads opens no media element afterwards', async () => {
  const opened = vi.spyOn(URL, 'createObjectURL');
  onTestFinished(() => opened.mockRestore());
  createPlayer().player.prepare()();
  createPlayer().player.prepare();
  // Whatever the first one went on with would come before this.
  await vi.waitFor(() => expect(opened).toHaveBeenCalled());
  expect(opened).toHaveBeenCalledTimes(1);
});

test("an element's form cancelled while the player's code still loads starts nothing afterwards", async () => {
  const onAccessEvent = (): Promise<void> => Promise.resolve();
  const options = { source: simpleSource(), workerUrl: simpleWorkerUrl, onAccessEvent };
  const [cancelled, wanted] = [0, 1].map(
    () => new PlayerHolder({ playerOptions: () => options, onChange: () => undefined }),
  );
  onTestFinished(() => wanted?.discard());
  cancelled?.prepare();
  cancelled?.putOff();
  wanted?.prepare();
  await vi.waitFor(() => expect(workers).toHaveLength(1));
  expect(cancelled?.player).toBeUndefined();
  expect(wanted?.player).toBeDefined();
});

test('what was ended is made anew for opening, and an open call is not ended by the function', async () => {
  const { player } = createPlayer();
  const release = player.prepare();
  release();
  await player.open(reason);
  expect(workers).toHaveLength(2);
  expect(ended).toEqual(workers.slice(0, 1));
  release();
  player.prepare()();
  expect(player.state.status).toBe('ready');
  expect(workers).toHaveLength(2);
});

test('nothing is started for a set-up that may not be opened, or after destroy()', async () => {
  createPlayer({ source: { ...simpleSource(), media: 'http://storage.example/call.m3u8' } }).player.prepare();
  createPlayer({ workerUrl: 'https://elsewhere.example/worker.js' }).player.prepare();
  const { player } = createPlayer();
  await player.destroy();
  player.prepare();
  expect(workers).toEqual([]);
});

test('a Worker that did not load while the reason was asked for is told when the call is opened', async () => {
  const { player } = createPlayer({ workerUrl: '/missing.worker.js' });
  player.prepare();
  const failed = new Promise(resolve => workers[0]?.addEventListener('error', resolve));
  await failed;
  await expect(player.open(reason)).rejects.toMatchObject({ code: 'setup_invalid' });
  expect(player.state).toMatchObject({ status: 'failed', code: 'setup_invalid' });
});
