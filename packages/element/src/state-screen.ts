import type { PlayerState } from '@secure-call/player';
import { h, setText } from './h.ts';
import { icon } from './icons.ts';
import { isOpen } from './open-state.ts';
import type { Screen, ScreenContext } from './screen.ts';
import { sealedLine, waitingLine } from './sealed-line.ts';
import type { OwnAction, StateWords } from './state-words.ts';

/** The screen of a state in which nothing is heard. */
export function stateScreen(state: PlayerState, said: StateWords, context: ScreenContext): Screen {
  const title = h('h2', { id: 'title', tabindex: '-1', part: 'state-title' }, said.title);
  const button = actionButton(state, said, context);
  const root = h(
    'section',
    { class: `card state ${said.tone}`, part: 'card', 'aria-labelledby': 'title' },
    h('div', { class: 'top' }, line(state, said, context)),
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
  return { root, focusTarget: title, announcement: `${said.title}. ${said.text}` };
}

function line(state: PlayerState, said: StateWords, { lastDurationSeconds }: ScreenContext): HTMLElement {
  const duration = isOpen(state) ? state.durationSeconds : lastDurationSeconds;
  if (said.waitsAtSeconds === undefined || duration === undefined || duration === 0) return sealedLine();
  return waitingLine(Math.min(1, said.waitsAtSeconds / duration));
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
