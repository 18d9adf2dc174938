import type { Commands } from './screen.ts';
import { takesText } from './typed-keys.ts';

/** What keys can do. */
export type KeyAction =
  | 'togglePlay'
  | 'back'
  | 'forward'
  | 'toggleMuted'
  | 'slower'
  | 'faster'
  | 'loopFrom'
  | 'loopTo'
  | 'loopOff'
  | 'nextMarker'
  | 'previousMarker'
  | 'search'
  | 'toggleTranscript'
  | 'help';

/** Keys by what they do, as `KeyboardEvent.key` tells them; an empty list takes the keys away. */
export type KeyBindings = Readonly<Record<KeyAction, readonly string[]>>;

/** The keys unless the host says otherwise. */
export const defaultBindings: KeyBindings = {
  togglePlay: ['k', ' '],
  back: ['j'],
  forward: ['l'],
  toggleMuted: ['m'],
  slower: ['<'],
  faster: ['>'],
  loopFrom: ['['],
  loopTo: [']'],
  loopOff: ['\\'],
  nextMarker: ['n'],
  previousMarker: ['p'],
  search: ['/'],
  toggleTranscript: ['t'],
  help: ['?'],
};

/** What the keys of an open call work on. */
export interface KeyTarget {
  readonly commands: Commands;
  readonly durationSeconds: number;
  readonly bindings: KeyBindings;
  readonly actions: Readonly<Record<KeyAction, () => void>>;
}

/** Seconds of one press on an arrow key. */
const arrowSeconds = 5;

type Run = (target: KeyTarget) => void;

const skip =
  (seconds: number): Run =>
  ({ commands }) =>
    commands.skip(seconds);

/** Keys that sliders and lists need too, and therefore work only elsewhere. */
const contestedKeys: Readonly<Record<string, Run>> = {
  ArrowLeft: skip(-arrowSeconds),
  ArrowRight: skip(arrowSeconds),
  Home: ({ commands }) => commands.seek(0),
  End: ({ commands, durationSeconds }) => commands.seek(durationSeconds),
};

/** On the seek line the vertical arrows do the same as the horizontal ones, as on any slider. */
const seekKeys: Readonly<Record<string, Run>> = {
  ...contestedKeys,
  ArrowDown: skip(-arrowSeconds),
  ArrowUp: skip(arrowSeconds),
  PageDown: skip(-6 * arrowSeconds),
  PageUp: skip(6 * arrowSeconds),
};

/**
 * Runs what a key stands for. It is then taken: neither the browser nor the host acts on it too.
 * Only keys pressed while focus is inside the element get here.
 */
export function runHotkey(event: KeyboardEvent, target: KeyTarget): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const run = lookUp(event.key, event.composedPath()[0], target.bindings);
  if (run === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  run(target);
}

function lookUp(key: string, from: EventTarget | undefined, bindings: KeyBindings): Run | undefined {
  if (takesText(from)) return undefined;
  const bound = boundTo(key, bindings);
  const isSeek = from instanceof HTMLInputElement && from.matches('.seek-input');
  const isOther = from instanceof HTMLInputElement && !isSeek;
  const needsSpace = from instanceof HTMLButtonElement || isOther;
  if (bound !== undefined && (key !== ' ' || !needsSpace)) return bound;
  if (isSeek) return seekKeys[key];
  return isOther ? undefined : contestedKeys[key];
}

function boundTo(key: string, bindings: KeyBindings): Run | undefined {
  const pressed = key.toLowerCase();
  const names = Object.keys(defaultBindings) as KeyAction[];
  const name = names.find(name => bindings[name].some(bound => bound.toLowerCase() === pressed));
  return name && (({ actions }) => actions[name]());
}
