import type { AccessState, PlayerState } from '@secure-call/player';
import { AccessClock } from './access-clock.ts';
import { callFooter } from './call-footer.ts';
import { callHeader } from './call-header.ts';
import { h } from './h.ts';
import { runHotkey } from './hotkeys.ts';
import { isOpen } from './open-state.ts';
import type { Screen, ScreenContext } from './screen.ts';
import { seekLine } from './seek-line.ts';
import { transport } from './transport.ts';

/** The open call: header, conversation line, transport, footer. */
export function callScreen(first: PlayerState, context: ScreenContext): Screen {
  const { words, commands } = context;
  let latest = first;
  const [header, line, controls] = [callHeader(context), seekLine(context), transport(context)];
  const footer = callFooter(context, () => latest);
  const root = h(
    'section',
    { class: 'card call', part: 'card', 'aria-labelledby': 'title' },
    header.root,
    line.root,
    controls.root,
    footer.root,
  );
  root.addEventListener('keydown', event => {
    if (isOpen(latest) && context.hotkeysWork()) runHotkey(event, commands, latest.durationSeconds);
  });
  const clock = new AccessClock({
    onMinute: () => isOpen(latest) && showAccess(latest.access),
    onFiveLeft: () => commands.say(words.say('minutesLeftSpoken', { count: 5 })),
    onOneLeft: () => commands.say(words.say('oneMinuteLeftSpoken')),
  });
  const showAccess = (access: AccessState): void => {
    header.update(access, Date.now());
    footer.update(access, Date.now());
  };
  const update = (state: PlayerState): void => {
    latest = state;
    if (!isOpen(state)) return;
    root.classList.toggle('fetching', state.status === 'waiting');
    line.update(state.positionSeconds, state.durationSeconds, state.status === 'playing' && !state.seeking);
    controls.update(state);
    showAccess(state.access);
    clock.follow(state.access.expiresAt);
  };
  update(first);
  const dispose = (): void => {
    line.dispose();
    clock.stop();
  };
  return { root, focusTarget: controls.playButton, announcement: words.say('opened'), update, dispose };
}
