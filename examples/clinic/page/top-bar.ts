import type { CallList } from './clinic-api.ts';
import { element } from './dom.ts';
import { icon, logo } from './icons.ts';
import type { Messages } from './messages.ts';

/** Name of the product, the page, and who is signed in. */
export function topBar({ name, unit }: CallList['signedIn'], messages: Messages): HTMLElement {
  return element(
    'header',
    { class: 'top' },
    element('a', { class: 'skip', href: '#player' }, messages.skip),
    element('span', { class: 'product' }, logo(), 'secure-call-player'),
    element(
      'nav',
      { 'aria-label': messages.navigation },
      element('a', { href: '/', 'aria-current': 'page' }, messages.listen),
      element('a', { href: '#trace' }, messages.trace.heading),
    ),
    element(
      'p',
      { class: 'who' },
      icon('person'),
      element('span', { class: 'visually-hidden' }, messages.signedIn),
      element('span', {}, name),
      element('span', { class: 'unit' }, `· ${unit}`),
    ),
  );
}
