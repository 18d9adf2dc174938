import type { ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { fill, type Messages } from './messages.ts';
import { roughLength, wallDay, wallTime } from './time-words.ts';

export interface CallListView {
  readonly root: HTMLElement;
  /** Marks the call that the player shows. */
  mark(call: ListedCall): void;
  focus(): void;
}

/**
 * The calls a person may choose from. Each is a link, so that reload and history keep the choice.
 * @param onChosenAgain - the call that the player shows was chosen once more
 */
export function callListView(
  calls: readonly ListedCall[],
  messages: Messages,
  onChosenAgain: () => void,
  words: { readonly heading: string; readonly caption?: string } = { heading: messages.calls },
): CallListView {
  const links = new Map(calls.map(call => [call, callLink(call, messages)]));
  for (const link of links.values()) {
    link.addEventListener('click', () => {
      if (link.hasAttribute('aria-current')) onChosenAgain();
    });
  }
  const items = [...links.values()].map(link => element('li', {}, link));
  const heading = element('h2', { id: 'calls', tabindex: '-1' }, words.heading);
  const caption = words.caption === undefined ? [] : [element('p', { class: 'caption' }, words.caption)];
  const root = element(
    'nav',
    { class: 'calls', 'aria-labelledby': 'calls' },
    heading,
    ...caption,
    element('ul', {}, ...items),
  );
  const mark = (chosen: ListedCall): void => {
    for (const [call, link] of links) {
      if (call === chosen) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
  };
  return { root, mark, focus: () => heading.focus() };
}

function callLink(call: ListedCall, messages: Messages): HTMLElement {
  const { startedAt, durationSeconds, answeredBy, ownUnit } = call;
  const link = element(
    'a',
    { class: 'call', href: `#${call.call}` },
    element(
      'span',
      { class: 'when' },
      element('b', {}, wallTime(startedAt, messages)),
      element('span', {}, roughLength(durationSeconds, messages)),
    ),
    element('span', {}, fill(messages.answeredBy, { name: answeredBy })),
    element('span', { class: 'day' }, wallDay(startedAt, messages)),
  );
  if (!ownUnit) link.append(element('span', { class: 'tag' }, messages.anotherUnit));
  return link;
}
