import '@secure-call/element/define';
import type { SecureCallPlayerElement } from '@secure-call/element';
import type { PlayerState } from '@secure-call/player';
import { configure, waitFor, within, type BoundFunctions, type queries } from '@testing-library/dom';
import { beforeAll, beforeEach, expect, onTestFinished } from 'vitest';
import { page } from 'vitest/browser';
import { scriptedPlayer, type ScriptedPlayer } from './scripted-player.ts';

export interface Mounted {
  readonly element: SecureCallPlayerElement;
  readonly player: ScriptedPlayer;
  /** What a person meets inside the element. */
  readonly inside: BoundFunctions<typeof queries>;
  readonly root: ShadowRoot;
  /** Where focus is inside the element. */
  readonly focused: () => Element | null;
}

/** For conditions that a busy machine may take its time to meet. */
export const patiently = { timeout: 20_000 };

// A query that fails prints what it searched, which the library cannot do for shadow roots.
configure({
  asyncUtilTimeout: patiently.timeout,
  getElementError: message => new Error(message ?? 'Nothing was found.'),
});

// Wide enough for the standard layout.
beforeEach(() => page.viewport(1000, 800));

// The screens after the start card are fetched on demand; once they are there, every element shows them at once.
beforeAll(async () => {
  const element = document.createElement('secure-call-player');
  element.player = scriptedPlayer({ status: 'opening' });
  document.body.append(element);
  await waitFor(() => expect(element.shadowRoot?.querySelector('.opening')).not.toBeNull());
  element.remove();
});

type Setup = (element: SecureCallPlayerElement) => void;

/** Puts an element in the page, with a scripted player behind it, until the test ends. */
export function mount(state: PlayerState = { status: 'idle' }, setUp: Setup = () => undefined): Mounted {
  const player = scriptedPlayer(state);
  const { element, root } = place(element => {
    element.player = player;
    setUp(element);
  });
  // Queries take an element and work on any parent node.
  const inside = within(root as unknown as HTMLElement);
  return { element, player, inside, root, focused: () => root.activeElement };
}

/** Puts a bare element in the page until the test ends. */
export function place(setUp: Setup): {
  readonly element: SecureCallPlayerElement;
  readonly root: ShadowRoot;
} {
  const element = document.createElement('secure-call-player');
  const root = element.shadowRoot;
  if (root === null) throw new Error('The element has no shadow root.');
  setUp(element);
  document.body.append(element);
  onTestFinished(() => element.remove());
  return { element, root };
}

/** Names of the given events, in the order in which they reach the document. */
export function recordEvents(element: SecureCallPlayerElement, names: readonly string[]): string[] {
  const seen: string[] = [];
  for (const name of names) {
    const listener = (event: Event): void => void (event.target === element && seen.push(event.type));
    document.addEventListener(name, listener);
    onTestFinished(() => document.removeEventListener(name, listener));
  }
  return seen;
}
