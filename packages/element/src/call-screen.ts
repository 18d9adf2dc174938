import type { AccessState, PlayerState } from '@secure-call/player';
import { AbLoop } from './ab-loop.ts';
import { AccessClock } from './access-clock.ts';
import { callFooter } from './call-footer.ts';
import { callHeader } from './call-header.ts';
import { callMarks, type Mark } from './call-marks.ts';
import { callPanels } from './call-panels.ts';
import { channelControls } from './channel-controls.ts';
import { h } from './h.ts';
import { defaultBindings, runHotkey, type KeyAction } from './hotkeys.ts';
import { isOpen, type OpenState } from './open-state.ts';
import { overview } from './overview.ts';
import type { Screen, ScreenContext } from './screen.ts';
import { seekLine } from './seek-line.ts';
import { loadExtras } from './sound-button.ts';
import { TimeWindow } from './time-window.ts';
import { transport } from './transport.ts';

/** From here on the voices have a place beside the lanes; the style sheet knows the same widths. */
const gutterFromPx = 720;
const reviewFromPx = 1040;
const phoneFromPx = 360;
/** What stands beside the lanes, in all. */
const gutterPx = 188;
const marginsPx = 32;
/** Just before a marker counts as at it: "previous" then goes to the one before. */
const atMarkSeconds = 1;

/** The open call: header, conversation line, overview, transport, transcript and markers, footer. */
export function callScreen(first: PlayerState, context: ScreenContext): Screen {
  const { words, commands } = context;
  const bindings = { ...defaultBindings, ...context.bindings };
  let latest = first;
  /** What the listener chose; the layout decides until then. */
  let isReading: boolean | undefined;
  let marks: readonly Mark[] = [];
  const open = (): OpenState | undefined => (isOpen(latest) ? latest : undefined);
  const refresh = (): void => update(latest);
  // Made first, so that it tells first: the lanes are then drawn once for a width and the part that suits it.
  const resized = new ResizeObserver(refresh);
  const part = new TimeWindow();
  const loop = new AbLoop(context, open, refresh);
  let help: HTMLDialogElement | undefined;
  const showHelp = async (): Promise<void> => {
    const { adoptExtras, helpDialog } = await loadExtras();
    if (!root.isConnected) return;
    adoptExtras(root);
    help ??= helpDialog(context, bindings);
    root.append(help);
    help.showModal();
  };
  const openHelp = (): void => void showHelp().catch(reportError);
  const reading = {
    get isShown() {
      return panels.root.hidden === false;
    },
    toggle: () => {
      isReading = panels.root.hidden !== false;
      refresh();
    },
  };
  const channels = channelControls(context);
  const header = callHeader(context);
  const line = seekLine(context, part);
  const whole = overview(context, part, refresh);
  const controls = transport(context, channels, { loop, transcript: reading, help: openHelp });
  const panels = callPanels(context);
  const footer = callFooter(context, () => latest);
  const root = h(
    'section',
    { class: 'card call', part: 'card', 'aria-labelledby': 'title' },
    header.root,
    channels.root,
    line.root,
    whole.zoom,
    whole.root,
    controls.root,
    panels.root,
    footer.root,
  );
  const goTo = (mark: Mark | undefined): void => mark && commands.seek(mark.from);
  const at = (): number => open()?.positionSeconds ?? 0;
  const search = (): void => {
    isReading = true;
    refresh();
    panels.chooseTranscript();
    panels.transcript.search();
  };
  const actions: Readonly<Record<KeyAction, () => void>> = {
    togglePlay: () => commands.togglePlay(),
    back: () => commands.skip(-10),
    forward: () => commands.skip(10),
    toggleMuted: () => commands.toggleMuted(),
    slower: () => commands.changeRate(-1),
    faster: () => commands.changeRate(1),
    loopFrom: loop.from,
    loopTo: loop.to,
    loopOff: loop.off,
    nextMarker: () => goTo(marks.find(({ from }) => from > at())),
    previousMarker: () => goTo(marks.findLast(({ from }) => from < at() - atMarkSeconds)),
    search,
    toggleTranscript: reading.toggle,
    help: openHelp,
  };
  root.addEventListener('keydown', event => {
    const state = open();
    if (state === undefined || help?.open || !context.hotkeysWork()) return;
    const { durationSeconds } = state;
    if (!moveHit(event)) runHotkey(event, { commands, durationSeconds, bindings, actions });
  });
  /** Where a search has hits, n and N in the transcript go from hit to hit. */
  const moveHit = (event: KeyboardEvent): boolean => {
    const { hits, root: panel } = panels.transcript;
    const isText = event.target instanceof HTMLInputElement || !(event.target instanceof Node);
    if (isText || hits.count === 0 || event.key.toLowerCase() !== 'n' || !panel.contains(event.target))
      return false;
    hits.move(event.key === 'N' ? -1 : 1);
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  const clock = new AccessClock({
    onMinute: () => isOpen(latest) && showAccess(latest.access),
    onFiveLeft: () => commands.say(words.say('minutesLeftSpoken', { count: 5 })),
    onOneLeft: () => commands.say(words.say('oneMinuteLeftSpoken')),
  });
  const showAccess = (access: AccessState): void => {
    header.update(access, Date.now());
    footer.update(access, Date.now());
  };
  let position = 0;
  let marked = 'none';
  let [transcript, own] = [context.transcript(), context.markers()];
  /** The same list for the same marks, so that nothing is drawn anew. */
  const takeMarks = (): void => {
    const key = loop.marks.map(({ from, to }) => `${from} ${to}`).join();
    if (key === marked && transcript === context.transcript() && own === context.markers()) return;
    [marked, transcript, own] = [key, context.transcript(), context.markers()];
    marks = [...callMarks(transcript, own), ...loop.marks].sort((a, b) => a.from - b.from);
  };
  const update = (state: PlayerState): void => {
    latest = state;
    if (!isOpen(state)) return;
    const { positionSeconds, durationSeconds, channels: voices, access } = state;
    const width = root.offsetWidth;
    takeMarks();
    root.classList.toggle('fetching', state.status === 'waiting');
    root.classList.toggle('has-voices', voices.length > 1);
    root.classList.toggle(
      'has-chapters',
      marks.some(({ kind }) => kind === 'chapter'),
    );
    const beside = width >= gutterFromPx && voices.length > 1 ? gutterPx : marginsPx;
    part.fit(durationSeconds, width < phoneFromPx ? 0 : width - beside);
    part.follow(positionSeconds, Math.abs(positionSeconds - position) > 1.5);
    position = positionSeconds;
    panels.update(state, marks, isReading ?? showsPanels(width, context.layout));
    root.classList.toggle('has-panels', !panels.root.hidden);
    channels.update(voices);
    line.update(state, marks);
    whole.update(state, marks);
    controls.update(state);
    showAccess(access);
    clock.follow(access.expiresAt);
  };
  const placed = placeParts(root, {
    voices: channels.root,
    line: line.root,
    controls: controls.root,
    panels: panels.root,
  });
  resized.observe(root);
  const dispose = (): void => {
    placed.disconnect();
    resized.disconnect();
    line.dispose();
    whole.dispose();
    panels.dispose();
    clock.stop();
  };
  return { root, focusTarget: controls.playButton, announcement: words.say('opened'), update, dispose };
}

function showsPanels(width: number, layout: ScreenContext['layout']): boolean {
  if (layout === 'review') return true;
  if (layout !== 'auto' && layout !== 'standard') return false;
  const isPhone = width >= phoneFromPx && width < gutterFromPx;
  return isPhone || (width >= reviewFromPx && layout === 'auto');
}

interface Parts {
  readonly voices: HTMLElement;
  readonly line: HTMLElement;
  readonly controls: HTMLElement;
  readonly panels: HTMLElement;
}

/** Voices beside the lanes where there is room, otherwise after the transport, and there the transport comes after what is read: focus visits them in the order they are seen in. */
function placeParts(root: HTMLElement, { voices, line, controls, panels }: Parts): ResizeObserver {
  const place = (): void => {
    const isBeside = root.offsetWidth >= gutterFromPx;
    const wanted = isBeside ? [voices, line, controls, panels] : [line, panels, controls, voices];
    const found = [...root.children].filter(child => wanted.some(part => part === child));
    if (wanted.every((part, index) => part === found[index]) || root.matches(':focus-within')) return;
    if (isBeside) {
      line.before(voices);
      controls.after(panels);
    } else {
      controls.before(panels);
      controls.after(voices);
    }
  };
  const observer = new ResizeObserver(place);
  observer.observe(root);
  return observer;
}
