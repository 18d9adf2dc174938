import { capital, purposeWords, roleIn } from './access-words.ts';
import type { ListedCall } from './clinic-api.ts';
import { element } from './dom.ts';
import { fill, type Messages } from './messages.ts';
import type { QueuedAccess } from './people-api.ts';
import { ReviewForm } from './review-form.ts';
import { tag } from './tag.ts';
import { callTitle, exactLength, recently, recentlyWithin } from './time-words.ts';

export interface ReviewCardOptions {
  readonly messages: Messages;
  readonly calls: readonly ListedCall[];
  readonly reviewer: string;
  /** The review is on record. */
  readonly onRecorded: () => void;
}

/** An access that waits for a review: who, why it is here, what was said and heard, and what the reviewer finds. */
export function reviewCard(access: QueuedAccess, options: ReviewCardOptions): HTMLElement {
  const { messages } = options;
  const { n, name, role, unit, startedAt } = access;
  const id = `access-${n}`;
  const head = element(
    'header',
    {},
    element('time', { datetime: startedAt }, recently(startedAt, messages)),
    element('h2', { id }, name),
    element('p', {}, roleIn(role, unit.name, messages)),
    reasonTags(access, messages),
  );
  const facts = element('dl', { class: 'pairs' });
  for (const [term, words] of factsOf(access, options))
    facts.append(element('dt', {}, term), element('dd', {}, words));
  const form = new ReviewForm(access, options);
  return element(
    'article',
    { class: access.emergency ? 'card review emergency' : 'card review', 'aria-labelledby': id },
    head,
    facts,
    form.root,
  );
}

function reasonTags({ reasons }: QueuedAccess, messages: Messages): HTMLElement {
  const { officer } = messages.people;
  const tags = reasons.map(reason => {
    const kind = reason === 'emergency' ? 'warning' : 'plain';
    return element('li', {}, tag(kind, officer.reasons[reason]?.name ?? reason));
  });
  return element('ul', { class: 'tags' }, ...tags);
}

type Fact = readonly [name: string, words: string];

/** Nothing but what is on record. */
function factsOf(access: QueuedAccess, { messages, calls }: ReviewCardOptions): Fact[] {
  const { officer } = messages.people;
  const { reasons, purpose, note, emergencyReason, reviewBy, earlier } = access;
  const call = calls.find(({ call: id }) => id === access.call);
  const rules = reasons.map(reason => officer.reasons[reason]?.rule ?? reason).join(' ');
  const ownWords = emergencyReason ?? note;
  const told = toldWords(access, messages);
  return [
    [officer.why, rules],
    ...(call ? [[officer.call, callTitle(call, messages)] as const] : []),
    [officer.purpose, purposeWords(purpose, messages)],
    ...(ownWords === null ? [] : [[officer.ownWords, ownWords] as const]),
    ...(told === undefined ? [] : [[officer.told, told] as const]),
    [officer.listened, listenedWords(access, messages)],
    ...(reviewBy === undefined ? [] : [[officer.reviewBy, recently(reviewBy, messages)] as const]),
    ...(earlier
      ? [[officer.earlier, `${officer.outcomes[earlier.outcome] ?? ''}. ${earlier.note ?? ''}`] as const]
      : []),
  ];
}

function listenedWords(access: QueuedAccess, messages: Messages): string {
  const { officer, patient } = messages.people;
  const heard = exactLength(access.heardSeconds, messages);
  const unlocked = exactLength(access.unlockedSeconds, messages);
  const words = fill(officer.listenedTo, { heard, unlocked });
  return access.tracks.includes('transcript') ? `${words} ${patient.transcript}` : words;
}

function toldWords({ notice }: QueuedAccess, messages: Messages): string | undefined {
  if (!notice) return undefined;
  const { recipients, toldAt } = messages.people.officer;
  const who = notice.notify.map(one => recipients[one] ?? one);
  const list = new Intl.ListFormat(messages.language).format(who);
  return fill(toldAt, { who: capital(list), at: recentlyWithin(notice.at, messages) });
}
