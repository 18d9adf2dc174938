import { h } from './h.ts';

/** A flat line with end stops: nothing of the recording is on the screen. */
export function sealedLine(...onTop: readonly Node[]): HTMLElement {
  return h('div', { class: 'sealed', 'aria-hidden': 'true', dir: 'ltr' }, ...onTop);
}
