import { h } from './h.ts';

/** A flat line with end stops: nothing of the recording is on the screen. */
export function sealedLine(...onTop: readonly Node[]): HTMLElement {
  return h('div', { class: 'sealed', 'aria-hidden': 'true', dir: 'ltr' }, ...onTop);
}

/** The same with a faint playhead: access lives on and the sound waits there. */
export function waitingLine(fraction: number): HTMLElement {
  const head = h('span', { class: 'waiting-head' });
  head.style.setProperty('--_at', `${100 * fraction}%`);
  return h('div', { class: 'sealed waiting-line', 'aria-hidden': 'true', dir: 'ltr' }, head);
}
