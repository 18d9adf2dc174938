import { element } from './dom.ts';
import { icon } from './icons.ts';

/** A word or two that stand out beside a heading; a warning in the colour of emergencies. */
export function tag(kind: 'warning' | 'refused' | 'failed' | 'plain', words: string): HTMLElement {
  const children = kind === 'plain' ? [words] : [icon(kind), words];
  return element(
    'span',
    { class: kind === 'warning' || kind === 'failed' ? 'tag stop' : 'tag' },
    ...children,
  );
}
