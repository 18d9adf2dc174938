import type { AccessState, PlayerState } from '@secure-call/player';
import { h, setText } from './h.ts';
import { icon } from './icons.ts';
import type { ScreenContext } from './screen.ts';
import { minutesUntil } from './time-format.ts';

export interface CallFooter {
  readonly root: HTMLElement;
  /** @param now - milliseconds since the epoch */
  update(access: AccessState, now: number): void;
}

/** Under whose name the call is heard. In narrow containers only that it is on record and how long. */
export function callFooter(context: ScreenContext, latest: () => PlayerState): CallFooter {
  const { words, actions, policy } = context;
  const [name, unit, purpose, left] = [h('b'), h('span'), h('span'), h('span', { class: 'left' })];
  const places: Readonly<Record<string, HTMLElement>> = { name, unit, purpose };
  const sentence = words
    .pieces('foot')
    .map(({ text, place }) => (place === undefined ? (text ?? '') : (places[place] ?? '')));
  const purposeWords = (code: string): string => {
    const key = `foot${code}`;
    if (words.has(key)) return words.say(key);
    return policy.purposes?.find(known => known.code === code)?.label ?? code;
  };
  const root = h(
    'footer',
    { class: 'footer', part: 'footer' },
    h('span', { class: 'foot-record' }, icon('record', 16)),
    h('span', { class: 'foot-shield' }, icon('shield', 16)),
    h('p', { class: 'foot-sentence' }, ...sentence),
    h('span', { class: 'foot-short' }, words.say('onRecord')),
    left,
    actions.showRecord !== undefined &&
      h('button', { class: 'link', onclick: () => actions.showRecord?.(latest()) }, words.say('footLink')),
  );
  const update = (access: AccessState, now: number): void => {
    setText(name, access.listenerName);
    setText(unit, access.unitName);
    setText(purpose, purposeWords(access.purpose));
    setText(left, words.say('minutesLeft', { count: minutesUntil(access.expiresAt, now) }));
  };
  return { root, update };
}
