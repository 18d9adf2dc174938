import type { AuditRecord } from '@secure-call/protocol';
import { element } from './dom.ts';
import type { Messages } from './messages.ts';
import { recordWords } from './record-words.ts';
import { clock } from './time-words.ts';

/** One line of the record: a filled dot where the service wrote it, a ring where the player reported it. */
export function recordLine(record: AuditRecord, messages: Messages): HTMLElement {
  const { title, detail } = recordWords(record, messages);
  const byService = record.author === 'server';
  const author = byService ? messages.byService : messages.byPlayer;
  const said = element('span', { class: 'said' }, element('b', {}, title));
  // The dot says who wrote the line; where the words do not, they are there for those who cannot see it.
  if (detail !== author) said.append(element('span', { class: 'visually-hidden' }, ` ${author}.`));
  said.append(element('small', {}, detail));
  return element(
    'li',
    { class: byService ? 'line by-service' : 'line by-player' },
    element('time', { datetime: record.receivedAt }, clock(new Date(record.receivedAt), messages)),
    element('span', { class: 'dot' }),
    said,
  );
}
