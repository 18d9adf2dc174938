import type { PlayerState } from '@secure-call/player';
import { h, setText } from './h.ts';
import { isOpen } from './open-state.ts';
import type { Screen, ScreenContext } from './screen.ts';
import { sealedLine } from './sealed-line.ts';
import { stateIcon } from './state-icons.ts';
import type { NextStep, StateWords } from './state-words.ts';
import type { StateLine, waitingLine } from './waiting-line.ts';

/** What of the open call is shown in other states too. */
export interface ScreenParts {
  readonly waitingLine: typeof waitingLine;
}

/** The screen of a state in which nothing is heard. */
export function stateScreen(
  state: PlayerState,
  said: StateWords,
  context: ScreenContext,
  parts: ScreenParts,
): Screen {
  const title = h('h2', { id: 'title', tabindex: '-1', part: 'state-title' }, said.title);
  const buttons = said.steps.flatMap(step => stepButton(state, step, context) ?? []);
  const top = line(state, said, context, parts);
  const root = h(
    'section',
    { class: `card state ${said.tone}`, part: 'card', 'aria-labelledby': 'title' },
    h('div', { class: 'top' }, top.root),
    h(
      'div',
      { class: 'body' },
      h('span', { class: 'badge' }, stateIcon(said.icon)),
      h('div', {}, title, h('p', { part: 'state-text' }, said.text)),
      (buttons.length > 0 || said.aside !== undefined) &&
        h(
          'div',
          { class: 'next' },
          ...buttons,
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
function line(
  state: PlayerState,
  said: StateWords,
  { lastCall, peaks }: ScreenContext,
  parts: ScreenParts,
): StateLine {
  const sealed = { root: sealedLine(), update: nothing, dispose: nothing };
  const call = isOpen(state) ? state : lastCall;
  if (said.waitsAtSeconds === undefined || call === undefined || call.durationSeconds === 0) return sealed;
  return parts.waitingLine(said.waitsAtSeconds, call, peaks);
}

/** Steps of the element's own that one command does, and how their buttons look. */
const looks = {
  unlock: ' primary',
  retry: ' primary',
  giveReasonAgain: ' primary',
  openAgain: ' primary',
  showEmergency: ' stop',
} as const;

const isCommand = (action: NextStep[0]): action is keyof typeof looks => action in looks;

/** @returns undefined for a step of the host's that it does not take */
function stepButton(
  state: PlayerState,
  [action, label]: NextStep,
  context: ScreenContext,
): HTMLElement | undefined {
  const run = handlerOf(action, state, context);
  if (run === undefined) return undefined;
  const button = h(
    'button',
    { class: `button${isCommand(action) ? looks[action] : ''}`, part: 'state-action' },
    context.words.say(label),
  );
  button.addEventListener('click', () => run(button));
  return button;
}

function handlerOf(
  action: NextStep[0],
  state: PlayerState,
  context: ScreenContext,
): ((button: HTMLElement) => void) | undefined {
  const { actions, commands } = context;
  if (action === 'copyLink') return button => void copyLink(button, context);
  if (isCommand(action)) return () => commands[action]();
  const act = actions[action];
  return act && (() => act(state));
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
