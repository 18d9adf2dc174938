import type { AuditRecord, Json } from '@secure-call/protocol';
import { fill, type Messages } from './messages.ts';
import { position } from './time-words.ts';

/** A line of the access record in words. */
export interface RecordWords {
  readonly title: string;
  readonly detail: string;
}

type Fields = Readonly<Record<string, Json | undefined>>;

/** What happened, from one record. Numbers come from the record alone. */
export function recordWords(record: AuditRecord, messages: Messages): RecordWords {
  const { author, type } = record;
  const body = fieldsOf(record.body);
  if (author === 'client') return playerWords(record, fieldsOf(body['event']), messages);
  switch (type) {
    case 'grant.redeemed':
      return { title: titleOf(type, messages), detail: reasonOf(body, messages) };
    case 'lease.issued':
      return { title: unlockedTitle(body, messages), detail: messages.keysGiven };
    case 'lease.refused':
      return { title: messages.leaseRefused, detail: messages.byService };
    case 'session.revoked':
      return { title: titleOf(type, messages), detail: endedBy(body, messages) };
    default:
      return { title: titleOf(type, messages), detail: messages.byService };
  }
}

function playerWords({ type }: AuditRecord, event: Fields, messages: Messages): RecordWords {
  const where = fill(messages.at, { position: position(numberOf(event['position'])) });
  switch (type) {
    case 'playback.listened':
      return { title: fill(messages.heard, { ranges: rangesOf(event) }), detail: rateOf(event, messages) };
    case 'playback.seeked':
      return {
        title: fill(messages.movedTo, { to: position(numberOf(event['to'])) }),
        detail: fill(messages.movedFrom, { from: position(numberOf(event['from'])) }),
      };
    case 'playback.rate':
      return { title: fill(messages.speed, { rate: numberOf(event['rate']) }), detail: where };
    case 'visibility.changed':
      return { title: event['visible'] === true ? messages.pageShown : messages.pageHidden, detail: where };
    case 'audit.degraded':
      return { title: degradedTitle(event, messages), detail: where };
    case 'player.ready':
    case 'client.closed':
      return { title: titleOf(type, messages), detail: messages.byPlayer };
    default:
      return { title: titleOf(type, messages), detail: where };
  }
}

function degradedTitle({ why, events }: Fields, messages: Messages): string {
  if (why === 'unkept') return messages.unkept;
  if (why === 'lost') return fill(messages.lostReports, { count: numberOf(events) });
  return titleOf('audit.degraded', messages);
}

const trackTitles = {
  peaks: 'unlockedPeaks',
  transcript: 'unlockedTranscript',
  details: 'unlockedDetails',
} as const satisfies Readonly<Record<string, keyof Messages>>;

function unlockedTitle({ track, from, to }: Fields, messages: Messages): string {
  if (track === 'peaks' || track === 'transcript' || track === 'details') return messages[trackTitles[track]];
  return fill(messages.unlocked, { from: position(numberOf(from)), to: position(numberOf(to)) });
}

function reasonOf({ purpose, note }: Fields, messages: Messages): string {
  const code = textOf(purpose);
  const reason = fill(messages.reasonWas, { purpose: messages.purposes[code] ?? code });
  return note === undefined ? reason : `${reason} · ${fill(messages.noteWas, { note: textOf(note) })}`;
}

function endedBy({ name }: Fields, messages: Messages): string {
  if (name === undefined) return messages.byService;
  const known = messages.knownNames[textOf(name)];
  return fill(messages.endedBy, { name: known ?? textOf(name) });
}

function rangesOf({ ranges }: Fields): string {
  return Array.isArray(ranges) ? ranges.map(rangeOf).join(', ') : '';
}

/** Within one second both ends read the same, so one of them is enough. */
function rangeOf(range: Json): string {
  const ends = Array.isArray(range) ? range.map((end: Json) => position(numberOf(end))) : [];
  return [...new Set(ends)].join('–');
}

function rateOf({ rate }: Fields, messages: Messages): string {
  const factor = numberOf(rate);
  return factor === 1 || factor === 0 ? messages.byPlayer : fill(messages.atRate, { rate: factor });
}

const titleOf = (type: AuditRecord['type'], { titles }: Messages): string => titles[type] ?? type;
const numberOf = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');

function fieldsOf(value: Json | undefined): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
