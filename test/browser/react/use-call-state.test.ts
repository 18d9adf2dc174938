import type { CallPlayer, PlayerState } from '@secure-call/player';
import { useCallPeaks, useCallState } from '@secure-call/react';
import { createElement, memo, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server.browser';
import { expect, onTestFinished, test } from 'vitest';
import { sampleCall } from '../element/sample-states.ts';
import { scriptedPlayer } from '../element/scripted-player.ts';
import { render } from './render.ts';

const playing = (positionSeconds: number): PlayerState => ({
  status: 'playing',
  ...sampleCall({ positionSeconds }),
});

/** Counts renders whose result React keeps or throws away alike. */
function counted<Props extends object>(Component: (props: Props) => ReactNode) {
  const count = { renders: 0 };
  const Counted = memo((props: Props) => {
    count.renders += 1;
    return Component(props);
  });
  return { count, Counted };
}

const become = (player: ReturnType<typeof scriptedPlayer>, state: PlayerState): void =>
  flushSync(() => player.become(state));

test('only a change of the selected part renders again', () => {
  const player = scriptedPlayer(playing(1));
  const { count, Counted } = counted(() => useCallState(player, state => state.status));
  const { container } = render(createElement(Counted));
  const { renders } = count;
  become(player, playing(2));
  become(player, playing(3));
  expect(count.renders).toBe(renders);
  become(player, { ...playing(3), status: 'paused' } as PlayerState);
  expect(count.renders).toBeGreaterThan(renders);
  expect(container.textContent).toBe('paused');
});

test('a selector that builds objects renders again when they differ by the given comparison', () => {
  const player = scriptedPlayer(playing(1.2));
  const parts = new Set<object>();
  const { count, Counted } = counted(() => {
    const part = useCallState(
      player,
      state => ({ second: 'positionSeconds' in state ? Math.floor(state.positionSeconds ?? 0) : 0 }),
      (before, after) => before.second === after.second,
    );
    parts.add(part);
    return part.second;
  });
  const { container, show } = render(createElement(Counted));
  const [{ renders }, { size }] = [count, parts];
  become(player, playing(1.4));
  expect(count.renders).toBe(renders);
  // A render for another reason brings a new selector; the part stays the same object.
  show(createElement(Counted, { key: undefined, again: true } as object));
  expect(count.renders).toBeGreaterThan(renders);
  expect(parts.size).toBe(size);
  become(player, playing(2.1));
  expect(container.textContent).toBe('2');
});

test('without a selector every snapshot is rendered', () => {
  const player = scriptedPlayer({ status: 'opening' });
  const Whole = (): ReactNode => {
    const state = useCallState(player);
    return 'positionSeconds' in state ? state.positionSeconds : state.status;
  };
  const { container } = render(createElement(Whole));
  expect(container.textContent).toBe('opening');
  become(player, playing(7));
  expect(container.textContent).toBe('7');
});

test('another player is followed instead, and the one before is let go of', () => {
  const [one, two] = [scriptedPlayer({ status: 'opening' }), scriptedPlayer(playing(1))];
  const Status = ({ player }: { player: CallPlayer }): ReactNode => useCallState(player, s => s.status);
  const { container, show, unmount } = render(createElement(Status, { player: one }));
  expect(one.listenerCount).toBe(1);
  show(createElement(Status, { player: two }));
  expect(container.textContent).toBe('playing');
  expect([one.listenerCount, two.listenerCount]).toEqual([0, 1]);
  unmount();
  expect(two.listenerCount).toBe(0);
});

test('peaks are rendered when they come, though the state may say the same', () => {
  const peaks = { peaksPerSecond: 20, channels: [Uint8Array.of(1, 2, 3)] };
  const player = { ...scriptedPlayer(playing(1)), peaks: undefined as typeof peaks | undefined };
  const Count = (): ReactNode => useCallPeaks(player)?.channels[0]?.length ?? 'none';
  const { container } = render(createElement(Count));
  expect(container.textContent).toBe('none');
  player.peaks = peaks;
  flushSync(() => player.become(playing(1)));
  expect(container.textContent).toBe('3');
});

test('what the server rendered is taken over, and then shows the state', async () => {
  const player = scriptedPlayer(playing(1));
  const Status = (): ReactNode => useCallState(player, state => ({ is: state.status })).is;
  const container = document.body.appendChild(document.createElement('div'));
  onTestFinished(() => container.remove());
  const markup = renderToString(createElement(Status));
  expect(markup).toBe('idle');
  container.append(markup);
  const complaints: unknown[] = [];
  const root = hydrateRoot(container, createElement(Status), {
    onRecoverableError: error => void complaints.push(error),
  });
  onTestFinished(() => root.unmount());
  await expect.poll(() => container.textContent).toBe('playing');
  expect(complaints).toEqual([]);
});
