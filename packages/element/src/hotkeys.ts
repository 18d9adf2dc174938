import type { Commands } from './screen.ts';

/** Seconds of one press on an arrow key. */
const arrowSeconds = 5;
/** Seconds of one press on j or l. */
const letterSeconds = 10;

type Run = (commands: Commands, durationSeconds: number) => void;

const keys: Readonly<Record<string, Run>> = {
  k: commands => commands.togglePlay(),
  j: commands => commands.skip(-letterSeconds),
  l: commands => commands.skip(letterSeconds),
  m: commands => commands.toggleMuted(),
  '<': commands => commands.changeRate(-1),
  '>': commands => commands.changeRate(1),
};

/** Keys that controls of their own need, and therefore work only elsewhere. */
const contestedKeys: Readonly<Record<string, Run>> = {
  ' ': commands => commands.togglePlay(),
  ArrowLeft: commands => commands.skip(-arrowSeconds),
  ArrowRight: commands => commands.skip(arrowSeconds),
  Home: commands => commands.seek(0),
  End: (commands, duration) => commands.seek(duration),
};

/** On the seek line the vertical arrows do the same as the horizontal ones, as on any slider. */
const seekKeys: Readonly<Record<string, Run>> = {
  ...contestedKeys,
  ArrowDown: commands => commands.skip(-arrowSeconds),
  ArrowUp: commands => commands.skip(arrowSeconds),
  PageDown: commands => commands.skip(-6 * arrowSeconds),
  PageUp: commands => commands.skip(6 * arrowSeconds),
};

/**
 * Runs what a key stands for. It is then taken: neither the browser nor the host acts on it too.
 * Only keys pressed while focus is inside the element get here.
 */
export function runHotkey(event: KeyboardEvent, commands: Commands, durationSeconds: number): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const run = lookUp(event.key, event.composedPath()[0]);
  if (run === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  run(commands, durationSeconds);
}

function lookUp(key: string, target: EventTarget | undefined): Run | undefined {
  if (isTextField(target)) return undefined;
  const letter = keys[key.toLowerCase()];
  if (letter !== undefined) return letter;
  if (target instanceof HTMLInputElement) return target.matches('.seek-input') ? seekKeys[key] : undefined;
  if (target instanceof HTMLSelectElement) return undefined;
  if (target instanceof HTMLButtonElement || target instanceof HTMLAnchorElement) {
    return key === ' ' ? undefined : contestedKeys[key];
  }
  return contestedKeys[key];
}

function isTextField(target: EventTarget | undefined): boolean {
  if (target instanceof HTMLElement && target.isContentEditable) return true;
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && target.type !== 'range';
}
