import { adoptExtras } from './extra-styles.ts';
import { loopEnds } from './loop-ends.ts';
import type { OpenState } from './open-state.ts';
import { watchPinch } from './pinch.ts';
import type { ScreenContext } from './screen.ts';
import type { TimeWindow } from './time-window.ts';

export interface LineHands {
  readonly update: (state: OpenState) => void;
}

/** What hands can do on the conversation line besides seeking: spread it with two fingers, and drag the loop's ends. */
export function lineHands(
  line: HTMLElement,
  context: ScreenContext,
  part: TimeWindow,
  position: () => number,
  moved: () => void,
): LineHands {
  const ends = loopEnds(context, part);
  adoptExtras(line);
  line.append(...ends.roots);
  watchPinch(line, part, position, moved);
  return ends;
}
