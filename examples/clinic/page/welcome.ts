import { element } from './dom.ts';
import { pictures } from './welcome-pictures.ts';
import type { Messages } from './messages.ts';
import { inLanguage, type PagePath } from './site-pages.ts';

/** What it is, in a few words beside the first call. */
export function welcomeWords({ welcome }: Messages): HTMLElement {
  return element(
    'div',
    { class: 'hero' },
    element('h1', {}, welcome.title),
    element('p', { class: 'lead' }, welcome.lead),
    element('p', { class: 'caption' }, welcome.madeUp),
  );
}

const places: Readonly<Record<keyof typeof pictures, PagePath>> = {
  noise: '/bucket',
  voices: '/listen',
  record: '/who-listened',
  parts: '/trace',
};

/** Four things to see, each with its page. */
export function welcomeCards({ welcome }: Messages): HTMLElement {
  const names = ['noise', 'voices', 'record', 'parts'] as const;
  const cards = names.map(name => {
    const { title, text, go } = welcome.cards[name];
    const link = element('a', { href: inLanguage(places[name]) }, go);
    return element(
      'li',
      { class: 'card' },
      pictures[name](),
      element('h2', {}, title),
      element('p', {}, text),
      link,
    );
  });
  return element('ul', { class: 'cards' }, ...cards);
}
