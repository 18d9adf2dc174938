import { h } from './h.ts';
import type { OpenState } from './open-state.ts';
import type { ScreenContext } from './screen.ts';
import type { TimeWindow } from './time-window.ts';

/** Sliders over the flags A and B: they are drawn along, and arrow keys move them by a second. */
export interface LoopEnds {
  readonly roots: readonly HTMLElement[];
  readonly update: (state: OpenState) => void;
}

const names = ['loopStart', 'loopEnd'] as const;

export function loopEnds({ words, commands }: ScreenContext, part: TimeWindow): LoopEnds {
  let range: readonly [from: number, to: number] | undefined;
  const move = (end: number, seconds: number): void => {
    const [from = 0, to = 0] = range?.with(end, seconds) ?? [];
    // Neither passes the other.
    if (from < to) commands.set({ loopRange: [from, to] });
  };
  const inputs = names.map((name, end) => {
    const root = h('input', {
      type: 'range',
      class: 'loop-end',
      part: 'loop-end',
      'aria-label': words.say(name),
    });
    // What is drawn is what the player has taken.
    root.addEventListener('input', () => move(end, Number(root.value)));
    return root;
  });
  const update: LoopEnds['update'] = ({ loopRange }) => {
    range = loopRange ?? undefined;
    for (const [end, input] of inputs.entries()) {
      const seconds = range?.[end] ?? -1;
      input.hidden = seconds < part.from || seconds > part.to;
      input.min = `${part.from}`;
      input.max = `${part.to}`;
      input.value = `${seconds}`;
      input.setAttribute('aria-valuetext', words.spokenPosition(seconds));
    }
  };
  return { roots: inputs, update };
}
