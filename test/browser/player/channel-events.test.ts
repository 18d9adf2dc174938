import { type AccessEvent, createCallPlayer } from '@secure-call/player';
import { expect, onTestFinished, test } from 'vitest';
import { simpleSource, simpleWorkerUrl } from '../simple-host.ts';

test('a slider is reported once, where it rests, and before whatever comes next', async () => {
  const record: AccessEvent[] = [];
  const player = createCallPlayer({
    source: simpleSource(),
    workerUrl: simpleWorkerUrl,
    onAccessEvent: async event => void (await Promise.resolve(record.push(event))),
  });
  onTestFinished(() => player.destroy());
  const gains = (): number[] =>
    record.flatMap(event => (event.type === 'channel.changed' ? [event.gain] : []));
  await player.open({ purpose: 'TREAT' });
  await player.play();
  await expect.poll(() => player.state.status).toBe('playing');
  for (let step = 1; step <= 20; step++) player.setChannel(0, { gain: step / 10 });
  await expect.poll(gains).toEqual([2]);
  for (let step = 20; step >= 5; step--) player.setChannel(0, { gain: step / 10 });
  player.pause();
  await expect.poll(() => record.at(-1)?.type).toBe('playback.paused');
  expect(gains()).toEqual([2, 0.5]);
  player.setChannel(0, { muted: true });
  await player.destroy();
  await expect.poll(() => record.at(-1)?.type).toBe('client.closed');
  expect(record.at(-2)).toMatchObject({ type: 'channel.changed', gain: 0.5, muted: true });
});
