import { element } from './dom.ts';
import { heardBar } from './heard-bar.ts';
import { icon } from './icons.ts';
import { fill, type Messages } from './messages.ts';
import type { TracedListener } from './trace-api.ts';
import type { NamedListener, TraceWords } from './trace-words.ts';

/** What a trace found, with everything it rests on. */
export function traceAnswer(
  { named, facts, meaning }: TraceWords,
  listeners: readonly TracedListener[],
  messages: Messages,
): HTMLElement[] {
  const entries = facts.flatMap(([name, value]) => [element('dt', {}, name), element('dd', {}, value)]);
  return [
    ...(named ? [nameCard(named, messages)] : []),
    ...(entries.length > 0 ? [element('dl', { class: 'evidence' }, ...entries)] : []),
    ...(listeners.length > 1 ? [everyone(listeners, messages)] : []),
    element('p', { class: 'meaning' }, icon('warning'), element('span', {}, meaning)),
  ];
}

/** The name, how well it fits, and how unlikely that is by chance. */
function nameCard({ name, unit, agreed, parts, odds }: NamedListener, { trace }: Messages): HTMLElement {
  const figure = (term: string, value: string): HTMLElement =>
    element('div', {}, element('dt', {}, term), element('dd', {}, value));
  return element(
    'div',
    { class: 'named' },
    element('div', {}, element('h2', {}, name), element('p', {}, unit)),
    element(
      'dl',
      {},
      figure(trace.agreement, fill(trace.agreedOf, { agreed, parts })),
      figure(trace.byChance, fill(trace.under, { odds })),
    ),
  );
}

/** All whose keys could have opened the sound, on one scale. */
function everyone(listeners: readonly TracedListener[], messages: Messages): HTMLElement {
  const { trace } = messages;
  const rows = listeners.map(({ name, unit, agreed, differing, named }) => {
    const parts = agreed + differing;
    return element(
      'li',
      { class: named ? 'candidate fits' : 'candidate' },
      element('span', {}, element('b', {}, name), ` · ${unit.name}`),
      heardBar([[0, agreed]], Math.max(1, parts)),
      element('span', { class: 'count' }, fill(trace.agreedOf, { agreed, parts })),
    );
  });
  return element(
    'section',
    { class: 'everyone', 'aria-labelledby': 'everyone' },
    element('h2', { id: 'everyone' }, trace.everyone),
    element('p', { class: 'caption' }, trace.everyoneCaption),
    element('ol', {}, ...rows),
  );
}
