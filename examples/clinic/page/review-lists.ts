import { capital, purposeWords, roleIn } from './access-words.ts';
import type { ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { fill, type Messages } from './messages.ts';
import type { ReviewPage } from './people-api.ts';
import { callTitle, recently, recentlyWithin } from './time-words.ts';

interface Lines {
  readonly heading: string;
  readonly intro?: string;
  /** What stands there when there are no lines. */
  readonly none: string;
  readonly lines: readonly HTMLElement[];
}

/** What was reviewed, by whom, and with which outcome. */
export function doneList(
  { done }: ReviewPage,
  calls: readonly ListedCall[],
  messages: Messages,
): HTMLElement {
  const { officer } = messages.people;
  const lines = done.map(({ at, by, outcome, note, name, call }) =>
    line(
      name,
      [
        callWords(call, calls, messages),
        `${officer.outcomes[outcome] ?? outcome}${note === undefined ? '' : `: ${note}`}`,
      ],
      fill(officer.doneBy, { name: by, at: recentlyWithin(at, messages) }),
    ),
  );
  return section('done', { heading: officer.done, none: officer.doneNone, lines });
}

/** Whom the application refused, so that the key service never heard of them. */
export function refusalList(
  { refusals }: ReviewPage,
  calls: readonly ListedCall[],
  messages: Messages,
): HTMLElement {
  const { officer } = messages.people;
  const lines = refusals.map(({ at, role = '', unit = '', call, purpose }) =>
    line(
      roleIn(role, unit, messages),
      [callWords(call, calls, messages), purposeWords(purpose, messages)],
      recently(at, messages),
    ),
  );
  return section('refusals', { heading: officer.refusals, none: officer.refusalsNone, lines });
}

/** Who read the record: that is on record too. */
export function readingList({ readings }: ReviewPage, messages: Messages): HTMLElement {
  const { people, knownNames } = messages;
  const { officer } = people;
  const lines = readings.map(({ at, name, role, view }) => {
    const known = name === undefined ? people.roles[role] : (knownNames[name] ?? name);
    return line(capital(known ?? role), [officer.views[view] ?? view], recently(at, messages));
  });
  const heading = officer.readings;
  return section('readings', { heading, intro: officer.readingsIntro, none: '', lines });
}

function callWords(id: string, calls: readonly ListedCall[], messages: Messages): string {
  const call = calls.find(({ call: known }) => known === id);
  return call ? callTitle(call, messages) : '';
}

function line(title: string, details: readonly string[], when: string): HTMLElement {
  const shown = details.filter(detail => detail !== '').map(detail => element('small', {}, detail));
  return element('li', {}, element('b', {}, title), ...shown, element('small', { class: 'when' }, when));
}

function section(id: string, { heading, intro, none, lines }: Lines): HTMLElement {
  const told = intro === undefined ? [] : [element('p', { class: 'caption' }, intro)];
  const content = lines.length > 0 ? element('ol', {}, ...lines) : element('p', { class: 'caption' }, none);
  return element(
    'section',
    { class: 'card lists', 'aria-labelledby': id },
    element('h2', { id }, heading),
    ...told,
    content,
  );
}
