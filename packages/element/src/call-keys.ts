import type { AbLoop } from './ab-loop.ts';
import type { Mark } from './call-marks.ts';
import type { CallPanels } from './call-panels.ts';
import { type KeyAction, type KeyBindings, runHotkey } from './hotkeys.ts';
import type { OpenState } from './open-state.ts';
import type { ScreenContext } from './screen.ts';

/** Just before a marker counts as at it: "previous" then goes to the one before. */
const atMarkSeconds = 1;

/** What the keys of an open call work on. */
export interface KeyedCall {
  readonly context: ScreenContext;
  readonly bindings: KeyBindings;
  readonly state: () => OpenState | undefined;
  readonly marks: () => readonly Mark[];
  readonly loop: AbLoop;
  readonly panels: CallPanels;
  /** Whether another window lies over the call. */
  readonly isCovered: () => boolean;
  readonly search: () => void;
  readonly toggleTranscript: () => void;
  readonly help: () => void;
}

/** Keys pressed anywhere in the call. */
export function listenToKeys(root: HTMLElement, call: KeyedCall): void {
  const { context, bindings, panels } = call;
  const { commands } = context;
  const actions = actionsOf(call);
  root.addEventListener('keydown', event => {
    const state = call.state();
    if (state === undefined || call.isCovered() || !context.hotkeysWork() || moveHit(event, panels)) return;
    runHotkey(event, { commands, durationSeconds: state.durationSeconds, bindings, actions });
  });
}

function actionsOf({
  context: { commands },
  loop,
  ...call
}: KeyedCall): Readonly<Record<KeyAction, () => void>> {
  const goTo = (mark: Mark | undefined): void => mark && commands.seek(mark.from);
  const at = (): number => call.state()?.positionSeconds ?? 0;
  return {
    togglePlay: () => commands.togglePlay(),
    back: () => commands.skip(-10),
    forward: () => commands.skip(10),
    toggleMuted: () => commands.toggleMuted(),
    slower: () => commands.changeRate(-1),
    faster: () => commands.changeRate(1),
    loopFrom: loop.from,
    loopTo: loop.to,
    loopOff: loop.off,
    nextMarker: () => goTo(call.marks().find(({ from }) => from > at())),
    previousMarker: () => goTo(call.marks().findLast(({ from }) => from < at() - atMarkSeconds)),
    search: call.search,
    toggleTranscript: call.toggleTranscript,
    help: call.help,
  };
}

/** Where a search has hits, n and N in the transcript go from hit to hit. */
function moveHit(event: KeyboardEvent, { transcript: { hits, root } }: CallPanels): boolean {
  const { target, key } = event;
  const isText = target instanceof HTMLInputElement || !(target instanceof Node);
  if (isText || hits.count === 0 || key.toLowerCase() !== 'n' || !root.contains(target)) return false;
  hits.move(key === 'N' ? -1 : 1);
  event.preventDefault();
  event.stopPropagation();
  return true;
}
