import { listenedWords, reasonWords, reviewWords, roleIn } from './access-words.ts';
import { element } from './dom.ts';
import { heardBar } from './heard-bar.ts';
import type { Messages } from './messages.ts';
import type { SeenAccess } from './people-api.ts';
import { recently } from './time-words.ts';
import { tag } from './tag.ts';

/** Who opened a call and who was refused it, newest first. */
export function accessList(
  accesses: readonly SeenAccess[],
  durationSeconds: number,
  messages: Messages,
): HTMLElement {
  const items = accesses.map(access => accessItem(access, durationSeconds, messages));
  return element('ol', { class: 'accesses' }, ...items);
}

function accessItem(access: SeenAccess, durationSeconds: number, messages: Messages): HTMLElement {
  const { startedAt, role, unit, emergency, refused } = access;
  const { people } = messages;
  const head = element(
    'p',
    { class: 'head' },
    element('time', { datetime: startedAt }, recently(startedAt, messages)),
  );
  if (refused) head.append(tag('refused', people.refused));
  else if (emergency) head.append(tag('warning', people.emergency));
  const item = element(
    'li',
    {},
    head,
    element('p', { class: 'by' }, roleIn(role, unit, messages)),
    element('p', { class: 'reason' }, reasonWords(access, messages)),
  );
  if (refused) item.append(element('p', { class: 'much' }, people.patient.refusedMeans));
  else item.append(...listening(access, durationSeconds, messages));
  return item;
}

function listening(access: SeenAccess, durationSeconds: number, messages: Messages): Element[] {
  const review = reviewWords(access, messages);
  return [
    heardBar(access.heard, durationSeconds),
    element('p', { class: 'much' }, listenedWords(access, durationSeconds, messages)),
    ...(review === undefined ? [] : [element('p', { class: 'much review' }, review)]),
  ];
}
