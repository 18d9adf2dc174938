import { h } from '../h.ts';

const longestText = 500;
const mostTexts = 50;

/**
 * The host's words about the call, as children for the slots. They are text and nothing else.
 * @param texts - slot, tag and text of each, unchecked
 */
export function slotChildren(texts: readonly (readonly unknown[])[]): HTMLElement[] {
  const known = texts
    .slice(0, mostTexts)
    .map(([slot, tag, text]) => ({ slot: String(slot), tag, text: String(text).slice(0, longestText) }));
  const spans = known.filter(({ slot }) => slot === 'title' || slot === 'subtitle');
  const details = known.filter(({ slot }) => slot === 'details');
  const entries = details.map(({ tag, text }) => h(tag === 'dt' ? 'dt' : 'dd', {}, text));
  return [
    ...spans.map(({ slot, text }) => h('span', { slot }, text)),
    ...(entries.length > 0 ? [h('dl', { slot: 'details' }, ...entries)] : []),
  ];
}
