import { element } from './dom.ts';
import type { Messages } from './messages.ts';

/** What is real about the example and what is not, with a way to the open storage. */
export function about(storage: string, messages: Messages): HTMLElement {
  const newTab = element('span', { class: 'visually-hidden' }, ` (${messages.newTab})`);
  // A tab of its own: leaving the page closes the call.
  const link = element(
    'a',
    { href: `${storage}/`, target: '_blank', rel: 'noreferrer' },
    messages.aboutStorage,
    newTab,
  );
  return element(
    'section',
    { class: 'about', 'aria-labelledby': 'about' },
    element('h2', { id: 'about' }, messages.about),
    element('p', {}, messages.aboutText),
    link,
  );
}
