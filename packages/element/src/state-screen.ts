import type { PlayerState } from '@secure-call/player';
import { h, setText } from './h.ts';
import { icon } from './icons.ts';
import { isOpen } from './open-state.ts';
import type { Screen, ScreenContext } from './screen.ts';
import { sealedLine } from './sealed-line.ts';
import type { OwnAction, StateWords } from './state-words.ts';
import { waitingLine, type StateLine } from './waiting-line.ts';

/** The screen of a state in which nothing is heard. */
export function stateScreen(state: PlayerState, said: StateWords, context: ScreenContext): Screen {
  const title = h('h2', { id: 'title', tabindex: '-1', part: 'state-title' }, said.title);
  const button = actionButton(state, said, context);
  const top = line(state, said, context);
  const root = h(
    'section',
    { class: `card state ${said.tone}`, part: 'card', 'aria-labelledby': 'title' },
    h('div', { class: 'top' }, top.root),
    h(
      'div',
      { class: 'body' },
      h('span', { class: 'badge' }, icon(said.icon)),
      h('div', {}, title, h('p', { part: 'state-text' }, said.text)),
      (button !== undefined || said.aside !== undefined) &&
        h(
          'div',
          { class: 'next' },
          button,
          said.aside !== undefined && h('span', { class: 'aside' }, said.aside),
        ),
    ),
  );
  return {
    root,
    focusTarget: title,
    announcement: `${said.title}. ${said.text}`,
    update: top.update,
    dispose: top.dispose,
  };
}

const nothing = (): void => undefined;

/** Where the sound waits there is a line with a playhead; everything else is sealed. */
function line(state: PlayerState, said: StateWords, { lastCall, peaks }: ScreenContext): StateLine {
  const sealed = { root: sealedLine(), update: nothing, dispose: nothing };
  const call = isOpen(state) ? state : lastCall;
  if (said.waitsAtSeconds === undefined || call === undefined || call.durationSeconds === 0) return sealed;
  return waitingLine(said.waitsAtSeconds, call, peaks);
}

function actionButton(state: PlayerState, said: StateWords, context: ScreenContext): HTMLElement | undefined {
  const { words, actions } = context;
  if (said.own !== undefined) {
    const [action, label] = said.own;
    const button = plainButton(words.say(label), action === 'copyLink' ? '' : ' primary');
    button.addEventListener('click', () => runOwn(action, button, context));
    return button;
  }
  const act = said.host && actions[said.host[0]];
  if (said.host === undefined || act === undefined) return undefined;
  const button = plainButton(words.say(said.host[1]), '');
  button.addEventListener('click', () => act(state));
  return button;
}

function plainButton(label: string, look: string): HTMLButtonElement {
  return h('button', { type: 'button', class: `button${look}`, part: 'state-action' }, label);
}

function runOwn(action: OwnAction, button: HTMLElement, context: ScreenContext): void {
  if (action === 'copyLink') void copyLink(button, context);
  else context.commands[action]();
}

async function copyLink(button: HTMLElement, { words, commands }: ScreenContext): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
  } catch {
    // The person said no to the clipboard: the address bar still holds the link.
    return;
  }
  setText(button, words.say('linkCopied'));
  commands.say(words.say('linkCopied'));
}
