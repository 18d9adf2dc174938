import { element } from './dom.ts';
import { icon, logo } from './icons.ts';
import type { Messages } from './messages.ts';

export interface TopBarOptions {
  /** Address of the page, without its query. */
  readonly page: '/' | '/who-listened' | '/reviews';
  /** Id of what the page is about. */
  readonly skipTo: string;
  /** Words of the link there. */
  readonly skip: string;
  /** Who is signed in. */
  readonly who: { readonly name: string; readonly unit: string };
}

/** Name of the product, the pages, and who is signed in. */
export function topBar({ page, skipTo, skip, who }: TopBarOptions, messages: Messages): HTMLElement {
  const { people } = messages;
  const link = (path: string, words: string): HTMLElement => {
    const current: Record<string, string> = path === page ? { 'aria-current': 'page' } : {};
    return element('a', { href: inLanguage(path), ...current }, words);
  };
  return element(
    'header',
    { class: 'top' },
    element('a', { class: 'skip', href: `#${skipTo}` }, skip),
    element('span', { class: 'product' }, logo(), 'secure-call-player'),
    element(
      'nav',
      { 'aria-label': messages.navigation },
      link('/', messages.listen),
      link('/who-listened', people.whoListened),
      link('/reviews', people.reviews),
      link('/#trace', messages.trace.heading),
    ),
    element(
      'p',
      { class: 'who' },
      icon('person'),
      element('span', { class: 'visually-hidden' }, messages.signedIn),
      element('span', {}, who.name),
      element('span', { class: 'unit' }, `· ${who.unit}`),
    ),
  );
}

/** A language that was asked for in the address goes along. */
function inLanguage(path: string): string {
  const asked = new URLSearchParams(location.search).get('lang');
  const [page = '', place] = path.split('#');
  if (place !== undefined && location.pathname === page) return `#${place}`;
  const query = asked === null ? '' : `?${new URLSearchParams({ lang: asked })}`;
  return `${page}${query}${place === undefined ? '' : `#${place}`}`;
}
