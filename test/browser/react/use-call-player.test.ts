import {
  type AuthorizeRequest,
  type CallPlayer,
  type CallPlayerOptions,
  SecureCallError,
} from '@secure-call/player';
import { useCallPlayer, useCallState } from '@secure-call/react';
import { Activity, createElement, type ReactNode, Suspense, useEffect, useLayoutEffect } from 'react';
import { expect, test } from 'vitest';
import { neverAnswers } from './backend.ts';
import { late, render } from './render.ts';

const reason = { purpose: 'TREAT' };

/** The vault's Worker, as the test server hands it out. */
const workerUrl = '/packages/player/src/vault/vault-worker.ts';

type Authorize = CallPlayerOptions['source']['authorize'];

const closed: Authorize = () => Promise.reject(new Error('The backend is closed.'));

interface Given {
  readonly call?: string;
  readonly service?: string;
  readonly authorize?: Authorize;
  readonly players: Set<CallPlayer>;
}

/** A user interface of one's own, as small as can be. Every render brings new functions and objects. */
function Own({
  call = 'call-1',
  service = 'https://keys.invalid',
  authorize = neverAnswers,
  players,
}: Given) {
  const player = useCallPlayer({
    source: { call, service, authorize: request => authorize(request) },
    workerUrl,
    onAccessEvent: () => undefined,
  });
  useLayoutEffect(() => void players.add(player));
  return useCallState(player, state => state.status);
}

const own = (given: Given): ReactNode => createElement(Own, given);

function only(players: Set<CallPlayer>): CallPlayer {
  const [player, ...others] = players;
  if (player === undefined || others.length > 0) throw new Error(`There are ${players.size} players.`);
  return player;
}

test('a player outlives the double mount of StrictMode, and its state is rendered', async () => {
  const players = new Set<CallPlayer>();
  const { container } = render(own({ players }));
  await Promise.resolve();
  expect(container.textContent).toBe('idle');
  await only(players).open();
  await expect.poll(() => container.textContent).toBe('reason-required');
  void only(players)
    .open(reason)
    .catch(() => undefined);
  await expect.poll(() => container.textContent).toBe('opening');
});

test('a call that an effect opens is opened once, however often StrictMode runs it', async () => {
  const asked: string[] = [];
  const AtOnce = (): ReactNode => {
    const player = useCallPlayer({
      source: {
        call: 'call-1',
        service: 'https://keys.invalid',
        authorize: request => {
          asked.push(request.deviceKeyThumbprint);
          return closed(request);
        },
      },
      workerUrl,
    });
    useEffect(() => {
      player.open(reason).catch(() => undefined);
    }, [player]);
    return useCallState(player, state => state.status);
  };
  const { container } = render(createElement(AtOnce));
  await expect.poll(() => container.textContent).toBe('failed');
  expect(asked).toHaveLength(1);
});

test('new callbacks make no new player, and the newest are asked', async () => {
  const players = new Set<CallPlayer>();
  const asked: string[] = [];
  const ask =
    (name: string): Authorize =>
    request => {
      asked.push(name);
      return closed(request);
    };
  const { container, show } = render(own({ players, authorize: ask('first') }));
  show(own({ players, authorize: ask('second') }));
  await expect(only(players).open(reason)).rejects.toMatchObject({ code: 'authorize_failed' });
  expect(asked).toEqual(['second']);
  await expect.poll(() => container.textContent).toBe('failed');
});

test('another call gets another player, and the one before is ended', async () => {
  const players = new Set<CallPlayer>();
  const requests: AuthorizeRequest[] = [];
  const authorize: Authorize = request => {
    requests.push(request);
    return neverAnswers(request);
  };
  const { container, show } = render(own({ players, authorize }));
  const first = only(players);
  const opening = first.open(reason);
  await expect.poll(() => requests.length).toBe(1);
  players.clear();
  show(own({ players, authorize, call: 'call-2' }));
  expect(only(players)).not.toBe(first);
  expect(container.textContent).toBe('idle');
  await expect(opening).rejects.toBeInstanceOf(SecureCallError);
  expect(requests[0]?.signal.aborted).toBe(true);
  void only(players)
    .open(reason)
    .catch(() => undefined);
  await expect.poll(() => requests[1]?.call).toBe('call-2');
});

test('leaving ends the session, and nothing can be opened afterwards', async () => {
  const players = new Set<CallPlayer>();
  const { unmount } = render(own({ players }));
  const player = only(players);
  const opening = player.open(reason);
  await expect.poll(() => player.state.status).toBe('opening');
  unmount();
  await expect(opening).rejects.toBeInstanceOf(SecureCallError);
  expect(player.state).toEqual({ status: 'idle' });
  await expect(player.open(reason)).rejects.toMatchObject({ code: 'destroyed' });
});

test('a tree that is hidden and shown again has the same player, ended and open to use', async () => {
  const players = new Set<CallPlayer>();
  const page = (mode: 'visible' | 'hidden'): ReactNode =>
    createElement(Activity, { mode, children: own({ players, authorize: closed }) });
  const { show } = render(page('visible'));
  const player = only(players);
  await player.open();
  expect(player.state.status).toBe('reason-required');
  show(page('hidden'));
  await expect.poll(() => player.state.status).toBe('idle');
  await expect(player.open(reason)).rejects.toMatchObject({ code: 'destroyed' });
  show(page('visible'));
  await expect(player.open(reason)).rejects.toMatchObject({ code: 'authorize_failed' });
  expect(only(players)).toBe(player);
});

test('a tree that waits behind a fallback keeps its open call', async () => {
  const players = new Set<CallPlayer>();
  const { Late, arrive } = late();
  const page = (isLate: boolean): ReactNode =>
    createElement(Suspense, { fallback: 'later' }, own({ players }), isLate && createElement(Late));
  const { container, show } = render(page(false));
  const player = only(players);
  await player.open();
  show(page(true));
  await expect.poll(() => container.textContent).toContain('later');
  expect(player.state.status).toBe('reason-required');
  arrive('!');
  await expect.poll(() => container.textContent).toBe('reason-required!');
  expect(only(players)).toBe(player);
});

test('an address without TLS is a failure that is shown, before anyone is asked', async () => {
  const players = new Set<CallPlayer>();
  const { container } = render(own({ players, service: 'http://keys.invalid' }));
  await expect(only(players).open(reason)).rejects.toMatchObject({ code: 'setup_invalid' });
  await expect.poll(() => container.textContent).toBe('failed');
});

test('after destroy() the call can be opened again', async () => {
  const players = new Set<CallPlayer>();
  const { container } = render(own({ players, authorize: closed }));
  await only(players).open();
  await only(players).destroy();
  await expect.poll(() => container.textContent).toBe('idle');
  await expect(only(players).open(reason)).rejects.toMatchObject({ code: 'authorize_failed' });
});
