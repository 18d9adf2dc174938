import type { AccessState } from '@secure-call/player';
import { h, setText } from './h.ts';
import { icon } from './icons.ts';
import type { ScreenContext } from './screen.ts';
import { minutesUntil } from './time-format.ts';

/** Minutes before the end from which the time left stands out. */
const lastMinutes = 5;

export interface CallHeader {
  readonly root: HTMLElement;
  /** @param now - milliseconds since the epoch */
  update(access: AccessState, now: number): void;
}

/** What call it is (the host's words), that listening is on record, how long access lasts, and the lock. */
export function callHeader({ words, commands }: ScreenContext): CallHeader {
  const minutes = h('b');
  const time = h('span');
  const chipText = words
    .pieces('accessEnds')
    .map(({ text, place }) => (place === 'minutes' ? minutes : place === 'time' ? time : (text ?? '')));
  const chip = h('p', { class: 'chip', part: 'access-chip' }, icon('clock', 16), h('span', {}, ...chipText));
  const root = h(
    'header',
    { class: 'header', part: 'header' },
    h(
      'div',
      { class: 'titles' },
      h('h2', { id: 'title', part: 'title' }, h('slot', { name: 'title' }, words.say('callTitle'))),
      h('p', { class: 'subtitle' }, h('slot', { name: 'subtitle' })),
    ),
    h(
      'div',
      { class: 'facts' },
      h(
        'p',
        { class: 'chip ok', part: 'record-chip' },
        icon('shield', 16),
        h('span', {}, words.say('onRecord')),
      ),
      chip,
    ),
    h(
      'button',
      {
        class: 'icon-button outlined',
        part: 'lock-button',
        'aria-label': words.say('lock'),
        onclick: () => commands.lock(),
      },
      icon('lock'),
    ),
  );
  const update = (access: AccessState, now: number): void => {
    const count = minutesUntil(access.expiresAt, now);
    setText(time, words.clock(access.expiresAt));
    setText(minutes, words.say('minutes', { count }));
    chip.classList.toggle('ending', count <= lastMinutes);
  };
  return { root, update };
}
