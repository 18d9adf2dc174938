import type { SecureCallPlayerElement } from '@secure-call/element';
import { type AccessEvent, type CallPlayer, isOpen } from '@secure-call/player';
import { SecureCallPlayer, useCallPlayer, useCallState } from '@secure-call/react';
import { createElement, createRef, type ReactNode, useLayoutEffect } from 'react';
import { expect, test } from 'vitest';
import { render } from './render.ts';
import { simpleSource, simpleWorkerUrl as workerUrl } from '../simple-host.ts';

const reason = { purpose: 'TREAT' };

interface Given {
  readonly render: string;
  readonly asked: string[];
  readonly record: string[];
  readonly players: Set<CallPlayer>;
}

/** A user interface of one's own over a source without a key service. */
function Own({ render, asked, record, players }: Given): ReactNode {
  const player = useCallPlayer({
    source: simpleSource(() => asked.push(render)),
    workerUrl,
    onAccessEvent: async (event: AccessEvent) => void (await Promise.resolve(record.push(event.type))),
  });
  useLayoutEffect(() => void players.add(player));
  return useCallState(player, state => state.status);
}

test('the hook opens and plays a simple source, and asks the callback of the newest render for keys', async () => {
  const given = { asked: [], record: [], players: new Set<CallPlayer>() };
  const { container, show } = render(createElement(Own, { ...given, render: 'first' }));
  show(createElement(Own, { ...given, render: 'second' }));
  const [player] = given.players;
  await player?.open(reason);
  expect(container.textContent).toBe('ready');
  expect(given.asked).toContain('second');
  expect(given.asked).not.toContain('first');
  expect(given.record).toContain('player.ready');
  await player?.play();
  await expect.poll(() => container.textContent).toBe('playing');
  expect(given.players.size).toBe(1);
});

test('the component opens a simple source, and asks the callback of the newest render for keys', async () => {
  const ref = createRef<SecureCallPlayerElement>();
  const asked: string[] = [];
  const record: string[] = [];
  const page = (name: string): ReactNode =>
    createElement(SecureCallPlayer, {
      ref,
      source: simpleSource(() => asked.push(name)),
      workerUrl,
      onAccessEvent: event => event.waitUntil(Promise.resolve(record.push(event.detail.type))),
    });
  const { show } = render(page('first'));
  await customElements.whenDefined('secure-call-player');
  show(page('second'));
  await ref.current?.open(reason);
  const { player } = ref.current ?? {};
  expect(player && isOpen(player.state)).toBe(true);
  expect(new Set(asked)).toEqual(new Set(['second']));
  expect(record).toContain('player.ready');
  show(page('third'));
  expect(ref.current?.player).toBe(player);
});
