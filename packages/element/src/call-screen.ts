import type { AccessState, PlayerState } from '@secure-call/player';
import { AccessClock } from './access-clock.ts';
import { callFooter } from './call-footer.ts';
import { callHeader } from './call-header.ts';
import { channelControls } from './channel-controls.ts';
import { h } from './h.ts';
import { runHotkey } from './hotkeys.ts';
import { isOpen } from './open-state.ts';
import type { Screen, ScreenContext } from './screen.ts';
import { seekLine } from './seek-line.ts';
import { transport } from './transport.ts';

/** From here on the voices have a place beside the lanes; the style sheet knows the same width. */
const gutterFromPx = 720;

/** The open call: header, conversation line, transport, footer. */
export function callScreen(first: PlayerState, context: ScreenContext): Screen {
  const { words, commands } = context;
  let latest = first;
  const channels = channelControls(context);
  const [header, line, controls] = [callHeader(context), seekLine(context), transport(context, channels)];
  const footer = callFooter(context, () => latest);
  const root = h(
    'section',
    { class: 'card call', part: 'card', 'aria-labelledby': 'title' },
    header.root,
    channels.root,
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
    root.classList.toggle('has-voices', state.channels.length > 1);
    channels.update(state.channels);
    line.update(state);
    controls.update(state);
    showAccess(state.access);
    clock.follow(state.access.expiresAt);
  };
  update(first);
  const placed = placeVoices(root, channels.root, line.root, controls.root);
  const dispose = (): void => {
    placed.disconnect();
    line.dispose();
    clock.stop();
  };
  return { root, focusTarget: controls.playButton, announcement: words.say('opened'), update, dispose };
}

/** Beside the lanes where there is room, otherwise after the transport: focus visits them in the order they are seen in. */
function placeVoices(
  root: HTMLElement,
  voices: HTMLElement,
  line: HTMLElement,
  controls: HTMLElement,
): ResizeObserver {
  const place = (): void => {
    const isBeside = root.offsetWidth >= gutterFromPx;
    const isThere = isBeside
      ? voices.nextElementSibling === line
      : voices.previousElementSibling === controls;
    if (isThere || voices.matches(':focus-within')) return;
    if (isBeside) line.before(voices);
    else controls.after(voices);
  };
  const observer = new ResizeObserver(place);
  observer.observe(root);
  return observer;
}
