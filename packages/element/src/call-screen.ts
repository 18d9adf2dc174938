import type { AccessState, PlayerState } from '@secure-call/player';
import { AbLoop } from './ab-loop.ts';
import { AccessClock } from './access-clock.ts';
import { callFooter } from './call-footer.ts';
import { callHeader } from './call-header.ts';
import { listenToKeys } from './call-keys.ts';
import { lanesPx, placeParts, showsPanels, watchWidth } from './call-layout.ts';
import { callMarks, type Mark } from './call-marks.ts';
import { callPanels } from './call-panels.ts';
import { channelControls } from './channel-controls.ts';
import { h } from './h.ts';
import { defaultBindings } from './hotkeys.ts';
import { isOpen, type OpenState } from './open-state.ts';
import { overview } from './overview.ts';
import type { Screen, ScreenContext } from './screen.ts';
import { seekLine } from './seek-line.ts';
import { loadExtras } from './sound-button.ts';
import { TimeWindow } from './time-window.ts';
import { transport } from './transport.ts';

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
  // Before the lanes watch theirs, so that they are drawn once for a width and the part that suits it.
  const stopWatching = watchWidth(header.root, refresh);
  const line = seekLine(context, part, refresh);
  const whole = overview(context, part, refresh);
  const controls = transport(context, channels, {
    loop,
    transcript: reading,
    help: openHelp,
    alsoMore: [whole.zoom],
  });
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
  const search = (): void => {
    isReading = true;
    refresh();
    panels.chooseTranscript();
    panels.transcript.search();
  };
  listenToKeys(root, {
    context,
    bindings,
    state: open,
    marks: () => marks,
    loop,
    panels,
    isCovered: () => help?.open === true,
    search,
    toggleTranscript: reading.toggle,
    help: openHelp,
  });
  const parts = {
    voices: channels.root,
    line: line.root,
    controls: controls.root,
    panels: panels.root,
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
    placeParts(root, parts);
    takeMarks();
    root.classList.toggle('fetching', state.status === 'waiting');
    root.classList.toggle('has-voices', voices.length > 1);
    root.classList.toggle(
      'has-chapters',
      marks.some(({ kind }) => kind === 'chapter'),
    );
    part.fit(durationSeconds, lanesPx(width, voices.length));
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
  const dispose = (): void => {
    stopWatching();
    line.dispose();
    whole.dispose();
    panels.dispose();
    clock.stop();
  };
  return { root, focusTarget: controls.playButton, announcement: words.say('opened'), update, dispose };
}
