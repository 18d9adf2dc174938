import type { SecureCallPlayerElement } from '@secure-call/element';
import type { AuthorizeRequest, ListeningReason } from '@secure-call/player';
import { SecureCallPlayer, type SecureCallPlayerProps } from '@secure-call/react';
import { waitFor, within, type BoundFunctions, type queries } from '@testing-library/dom';
import { Activity, createElement, createRef, type ReactNode, Suspense } from 'react';
import { hydrateRoot } from 'react-dom/client';
import { renderToString } from 'react-dom/server.browser';
import { expect, onTestFinished, test } from 'vitest';
import { userEvent } from 'vitest/browser';
import { sampleCall } from '../element/sample-states.ts';
import { scriptedPlayer } from '../element/scripted-player.ts';
import { neverAnswers } from './backend.ts';
import { late, render } from './render.ts';

/** The vault's Worker, as the test server hands it out. */
const workerUrl = '/packages/player/src/vault/vault-worker.ts';
const reason = { purpose: 'TREAT' };
const playing = { status: 'playing', ...sampleCall() } as const;

const tag = (props: SecureCallPlayerProps): ReactNode => createElement(SecureCallPlayer, props);

/** Written inline, as hosts do: a new object with new functions for every render. */
function callSource(ask: (request: AuthorizeRequest) => void = () => undefined, call = 'call-1') {
  const authorize = (request: AuthorizeRequest): Promise<string> => {
    ask(request);
    return neverAnswers(request);
  };
  return { call, service: 'https://keys.invalid', authorize };
}

function elementIn(container: HTMLElement): SecureCallPlayerElement {
  const element = container.querySelector('secure-call-player');
  if (element === null) throw new Error('There is no element.');
  return element;
}

/** The element of a rendered tree, once its code is there. */
async function definedIn(container: HTMLElement): Promise<{
  readonly element: SecureCallPlayerElement;
  readonly inside: BoundFunctions<typeof queries>;
}> {
  await customElements.whenDefined('secure-call-player');
  const element = elementIn(container);
  // Queries take an element and work on any parent node.
  return { element, inside: within(element.shadowRoot as unknown as HTMLElement) };
}

/** Begins to open the call behind the element's own player. */
async function opening(element: SecureCallPlayerElement): Promise<void> {
  element.open(reason).catch(() => undefined);
  await expect.poll(() => element.player?.state.status).toBe('opening');
}

// First in its file: the element's code is not there yet.
test('the element’s code is fetched on mounting, and takes up what was set before it came', async () => {
  expect(customElements.get('secure-call-player')).toBeUndefined();
  const asked: string[] = [];
  const source = callSource(({ call }) => asked.push(call));
  const { container, uncaught } = render(
    tag({ source, workerUrl, messages: { startAction: 'Hear it' }, className: 'wide', seekStep: 5 }),
  );
  const { element, inside } = await definedIn(container);
  expect(await inside.findByRole('button', { name: 'Hear it' })).toBeVisible();
  expect(element.getAttributeNames().sort()).toEqual(['class', 'seek-step']);
  await opening(element);
  await expect.poll(() => asked, { timeout: 20_000 }).toEqual(['call-1']);
  expect(uncaught).toEqual([]);
});

test('isolation reaches the element, and written inline it does not choose the call anew', async () => {
  const page = (call: string): ReactNode =>
    tag({
      isolation: { frame: 'https://player.invalid/', grantEndpoint: 'https://player.invalid/grants', call },
    });
  const { container, show } = render(page('call-1'));
  const { element } = await definedIn(container);
  await waitFor(() =>
    expect(element.shadowRoot?.querySelector('iframe')?.src).toBe('https://player.invalid/'),
  );
  const { isolation } = element;
  show(page('call-1'));
  expect(element.isolation).toBe(isolation);
  show(page('call-2'));
  expect(element.isolation?.call).toBe('call-2');
});

test('inline properties of equal content neither end the call nor draw the screen anew', async () => {
  const asked: string[] = [];
  const page = (name: string): ReactNode =>
    tag({
      source: callSource(() => asked.push(name)),
      policy: { purposes: [{ code: 'HLEGAL', caseNumber: true }], patientSees: true },
      actions: { showRecord: () => undefined },
      messages: { startAction: 'Hear it' },
      workerUrl,
    });
  const { container, show } = render(page('first'));
  const { element, inside } = await definedIn(container);
  await userEvent.click(await inside.findByRole('button', { name: 'Hear it' }));
  await userEvent.click(await inside.findByRole('radio'));
  const caseNumber = await inside.findByRole('textbox');
  await userEvent.type(caseNumber, 'C-17');
  show(page('second'));
  expect(caseNumber).toBeVisible();
  expect(caseNumber).toHaveValue('C-17');
  await opening(element);
  await expect.poll(() => asked).toEqual(['second']);
  const { player } = element;
  show(page('third'));
  expect(element.player).toBe(player);
});

test('another call ends the one before', async () => {
  const { container, show } = render(tag({ source: callSource(), workerUrl }));
  const { element } = await definedIn(container);
  await opening(element);
  const { player } = element;
  show(tag({ source: callSource(undefined, 'call-2'), workerUrl }));
  expect(element.player).toBeUndefined();
  await expect(player?.open(reason)).rejects.toMatchObject({ code: 'destroyed' });
  show(tag({ workerUrl }));
  expect(element.source).toBeUndefined();
});

test('handlers are called with the element’s events, always those of the newest render', async () => {
  const player = scriptedPlayer({ status: 'opening' });
  const seen: string[] = [];
  const note =
    (who: string) =>
    ({ type }: Event): void =>
      void seen.push(`${who} ${type}`);
  const page = (who: string): ReactNode =>
    tag({ player, onPlay: note(who), onAccessChange: note(who), onCallError: note(who) });
  const { container, show } = render(page('first'));
  await definedIn(container);
  await expect.poll(() => seen).toEqual(['first accesschange']);
  player.become(playing);
  await expect.poll(() => seen).toContain('first play');
  show(page('second'));
  player.become({ status: 'failed', code: 'media_unavailable' });
  await expect.poll(() => seen).toContain('second callerror');
  expect(seen).toEqual([
    'first accesschange',
    'first play',
    'first accesschange',
    'second accesschange',
    'second callerror',
  ]);
});

test('a reason can be given by the host', async () => {
  const player = scriptedPlayer();
  const answer: Promise<ListeningReason> = Promise.resolve({ purpose: 'PATRQT' });
  const { container } = render(tag({ player, onReasonRequest: event => event.respondWith(answer) }));
  const { inside } = await definedIn(container);
  await userEvent.click(await inside.findByRole('button', { name: 'Listen to the call' }));
  await expect.poll(() => player.calls).toContainEqual(['open', { purpose: 'PATRQT' }]);
});

test('an action’s newest function is called, and its button goes with it', async () => {
  const player = scriptedPlayer({ status: 'denied', code: 'not_permitted' });
  const asked: string[] = [];
  const page = (name: string): ReactNode =>
    tag({ player, actions: { askForAccess: () => asked.push(name) } });
  const { container, show } = render(page('first'));
  const { inside } = await definedIn(container);
  const button = await inside.findByRole('button', { name: 'Ask for access' });
  show(page('second'));
  await userEvent.click(button);
  expect(asked).toEqual(['second']);
  show(tag({ player, actions: { askForAccess: undefined } as object }));
  await waitFor(() => expect(inside.queryByRole('button', { name: 'Ask for access' })).toBeNull());
});

test('refs of both kinds hold the element until it leaves', () => {
  const ref = createRef<SecureCallPlayerElement>();
  const held: (SecureCallPlayerElement | null)[] = [];
  const { container, unmount } = render([
    createElement(SecureCallPlayer, { key: 1, ref }),
    createElement(SecureCallPlayer, { key: 2, ref: element => void held.push(element) }),
  ]);
  const elements = [...container.querySelectorAll('secure-call-player')];
  expect([ref.current, held.at(-1)]).toEqual(elements);
  unmount();
  expect([ref.current, held.at(-1)]).toEqual([null, null]);
});

test('a move among siblings keeps the open call', async () => {
  const list = (order: readonly string[]): ReactNode =>
    order.map(call =>
      createElement(SecureCallPlayer, {
        key: call,
        id: call,
        source: callSource(undefined, call),
        workerUrl,
      }),
    );
  const { container, show } = render(list(['a', 'b', 'c']));
  await definedIn(container);
  const players = [...container.querySelectorAll('secure-call-player')];
  for (const element of players) await opening(element);
  const before = players.map(({ player }) => player);
  show(list(['c', 'a', 'b']));
  expect([...container.children].map(({ id }) => id)).toEqual(['c', 'a', 'b']);
  await Promise.resolve();
  expect(players.map(({ player }) => player)).toEqual(before);
  expect(players.map(({ player }) => player?.state.status)).toEqual(['opening', 'opening', 'opening']);
});

test('leaving ends a player of the element’s own and lets go of the host’s', async () => {
  const mine = scriptedPlayer(playing);
  const { container, unmount } = render([
    createElement(SecureCallPlayer, { key: 1, source: callSource(), workerUrl }),
    createElement(SecureCallPlayer, { key: 2, player: mine }),
  ]);
  const { element } = await definedIn(container);
  await opening(element);
  const { player } = element;
  expect(mine.listenerCount).toBe(1);
  unmount();
  await Promise.resolve();
  await expect(player?.open(reason)).rejects.toMatchObject({ code: 'destroyed' });
  expect(mine.listenerCount).toBe(0);
  expect(mine.calls).toEqual([]);
});

test('a tree that is hidden in place falls silent and keeps its call', async () => {
  const player = scriptedPlayer(playing);
  const page = (mode: 'visible' | 'hidden'): ReactNode =>
    createElement(Activity, { mode, children: tag({ player }) });
  const { container, show } = render(page('visible'));
  const { element } = await definedIn(container);
  await expect.poll(() => player.listenerCount).toBe(1);
  const before = player.calls.length;
  show(page('hidden'));
  await expect.poll(() => player.calls.slice(before)).toEqual([['pause']]);
  show(page('visible'));
  expect(elementIn(container)).toBe(element);
  expect(element.player).toBe(player);
});

test('a tree that waits behind a fallback keeps its open call and tells its events', async () => {
  const { Late, arrive } = late();
  const statuses: string[] = [];
  const page = (isLate: boolean): ReactNode =>
    createElement(
      Suspense,
      { fallback: 'later' },
      tag({ source: callSource(), workerUrl, onAccessChange: ({ detail }) => statuses.push(detail.status) }),
      isLate && createElement(Late),
    );
  const { container, show } = render(page(false));
  const { element } = await definedIn(container);
  await opening(element);
  const { player } = element;
  show(page(true));
  await expect.poll(() => container.textContent).toContain('later');
  arrive('!');
  await expect.poll(() => container.textContent).toBe('!');
  expect(element.player).toBe(player);
  expect(player?.state.status).toBe('opening');
  expect(statuses).toEqual(['opening']);
});

test('what the server rendered is taken over', async () => {
  const props = { layout: 'compact', lockOnHidden: true, seekStep: 5, children: 'Words' } as const;
  const container = document.body.appendChild(document.createElement('div'));
  onTestFinished(() => container.remove());
  // Parsed as a browser parses what a server sends.
  const parsed = new DOMParser().parseFromString(renderToString(tag(props)), 'text/html');
  container.append(...parsed.body.childNodes);
  const before = elementIn(container);
  const complaints: unknown[] = [];
  const root = hydrateRoot(container, tag({ ...props, source: callSource(), workerUrl }), {
    onRecoverableError: error => void complaints.push(error),
  });
  onTestFinished(() => root.unmount());
  await expect.poll(() => before.source).toMatchObject({ call: 'call-1' });
  expect(elementIn(container)).toBe(before);
  expect(complaints).toEqual([]);
});
