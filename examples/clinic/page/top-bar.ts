import { element } from './dom.ts';
import { icon, logo } from './icons.ts';
import type { Messages } from './messages.ts';
import { inLanguage, navigation, type PagePath, withLanguage } from './site-pages.ts';

export interface TopBarOptions {
  readonly page: PagePath;
  /** Id of what the page is about. */
  readonly skipTo: string;
  /** Words of the link there. */
  readonly skip: string;
  /** Who is signed in. */
  readonly who: { readonly name: string; readonly unit: string };
}

/** Name of the product, the pages, the other language, and who is signed in. */
export function topBar({ page, skipTo, skip, who }: TopBarOptions, messages: Messages): HTMLElement {
  const links = navigation(messages).map(([path, words]) => {
    const current: Record<string, string> = path === page ? { 'aria-current': 'page' } : {};
    return element('a', { href: inLanguage(path), ...current }, words);
  });
  return element(
    'header',
    { class: 'top' },
    element('a', { class: 'skip', href: `#${skipTo}` }, skip),
    element('a', { class: 'product', href: inLanguage('/') }, logo(), 'secure-call-player'),
    element('nav', { 'aria-label': messages.navigation }, ...links),
    element(
      'p',
      { class: 'who' },
      icon('person'),
      element('span', { class: 'visually-hidden' }, messages.signedIn),
      element('span', {}, who.name),
      element('span', { class: 'unit' }, `· ${who.unit}`),
    ),
    otherLanguage(messages),
  );
}

/** The same page, and the same call on it, in the other language. */
function otherLanguage({ otherLanguage: { code, name } }: Messages): HTMLElement {
  const link = element('a', { class: 'language', lang: code, hreflang: code }, name);
  const follow = (): void => link.setAttribute('href', withLanguage(location.pathname, code) + location.hash);
  addEventListener('hashchange', follow);
  // The path changes without a word when a call is opened on the first page.
  link.addEventListener('focus', follow);
  link.addEventListener('pointerenter', follow);
  follow();
  return link;
}
