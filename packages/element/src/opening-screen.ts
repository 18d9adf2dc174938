import { h } from './h.ts';
import type { Screen, ScreenContext } from './screen.ts';

/** Words at once; the line follows only when it takes longer than 400 ms (the style sheet waits). */
export function openingScreen({ words }: ScreenContext): Screen {
  const title = h('h2', { id: 'title', tabindex: '-1' }, words.say('opening'));
  const root = h(
    'section',
    { class: 'card state opening', part: 'card', 'aria-labelledby': 'title', 'aria-busy': 'true' },
    h('div', { class: 'top' }, h('div', { class: 'sealed opening-line', 'aria-hidden': 'true', dir: 'ltr' })),
    h('div', { class: 'body' }, h('div', {}, title)),
  );
  return { root, focusTarget: title, announcement: words.say('opening') };
}
