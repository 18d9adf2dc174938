import type { AuditRecord } from '@secure-call/protocol';
import { sv } from './messages-sv.ts';
import { peopleEn, type PeopleMessages } from './messages-people.ts';
import { traceEn, type TraceMessages } from './messages-trace.ts';

/** Everything the page says. `{…}` is filled in. */
const words = {
  language: 'en',
  /** Between hours and minutes. */
  clockSeparator: ':',
  pageTitle: 'Listen',
  withdrawnBy: 'The privacy office at Region X',
  skip: 'To the player',
  signedIn: 'Signed in as',
  navigation: 'Pages',
  listen: 'Listen',
  calls: 'Recent calls',
  callsFailed: 'The list of calls can’t be read. Reload the page to try again.',
  answeredBy: 'Answered by {name}',
  anotherUnit: 'Another unit',
  minutes: '{count} min',
  seconds: '{count} s',
  callTitle: 'Call to {line}, {day}, {time}',
  detailAnsweredBy: 'Answered by',
  detailLength: 'Length',
  detailUnit: 'Unit',
  length: '{minutes} min {seconds} s',

  about: 'About this example',
  aboutText:
    'People and calls are made up. The recordings lie in a storage that anyone can read, and what lies there is noise. The keys come from the key service, for a few seconds at a time, and each time a line is written first.',
  aboutStorage: 'See what the storage shows to everyone',
  newTab: 'opens in a new tab',

  record: 'Access record, live',
  recordIntro:
    'What the region sees while you listen. Lines are only added; a changed line would be noticed.',
  recordEmpty: 'No one listens now. The first line appears the moment a call is opened.',
  recordRefused:
    'The application refused this call, and the key service was never asked. The application keeps its own note of the attempt.',
  recordSilent: 'The record does not answer. Lines are added when it does.',
  byService: 'Written by the key service',
  byPlayer: 'Reported by the player',
  chainIntact: 'Chain unbroken. Checked in this browser at {time}.',
  chainBroken: 'The chain is broken at line {line}: the record has been changed. Tell the privacy office.',
  endSession: 'End this session for {name}',
  endSessionCaption: 'Here you play the privacy office.',
  endSessionFailed: 'The session could not be ended. Try again.',

  keysGiven: 'Keys given by the service',
  atRate: 'At {rate}× speed',
  reasonWas: 'Reason: {purpose}',
  purposes: {
    TREAT: 'follow-up of care',
    HQUALIMP: 'quality review',
    PATRQT: 'the patient asked',
    HLEGAL: 'complaint or incident',
    ETREAT: 'emergency',
  } as Readonly<Record<string, string>>,
  unlocked: 'Unlocked {from}–{to}',
  unlockedPeaks: 'Unlocked the waveform',
  unlockedTranscript: 'Unlocked the transcript',
  unlockedDetails: 'Unlocked the details',
  heard: 'Heard {ranges}',
  movedTo: 'Moved to {to}',
  movedFrom: 'From {from}',
  speed: 'Speed {rate}×',
  noteWas: 'Note: {note}',
  endedBy: 'By {name}',
  /** Names in the record that the page knows in its own language. */
  knownNames: {} as Readonly<Record<string, string>>,
  pageHidden: 'Page hidden',
  pageShown: 'Page in view again',
  at: 'At {position}',
  leaseRefused: 'Keys refused',
  unkept: 'This browser keeps no reports',
  lostReports: 'Reports of earlier sessions lost: {count}',
  /** Titles of records that need nothing filled in. */
  titles: {
    'grant.redeemed': 'Opened',
    'grant.refused': 'Opening refused',
    'breakGlass.started': 'Emergency access',
    'session.revoked': 'Session ended',
    'session.expired': 'Access time ended',
    'session.closed': 'Session closed',
    'session.lost': 'Player lost',
    'client.gap': 'A report is missing',
    'client.fork': 'Two reports with one number',
    'client.badRange': 'Report outside what was unlocked',
    'client.badSignature': 'Report with a wrong signature',
    'player.ready': 'Player ready',
    'playback.started': 'Started',
    'playback.paused': 'Paused',
    'playback.resumed': 'Resumed',
    'playback.ended': 'Heard to the end',
    'output.changed': 'Sound device changed',
    'channel.changed': 'Speaker’s volume changed',
    'transcript.viewed': 'Transcript shown',
    'transcript.searched': 'Searched the transcript',
    'watermark.degraded': 'Mark failed',
    'integrity.failed': 'Damaged sound was not played',
    'audit.degraded': 'Record could not be reached',
    'session.locked': 'Locked',
    'session.unlocked': 'Unlocked again',
    'client.closed': 'Closed',
  } as Readonly<Partial<Record<AuditRecord['type'], string>>>,
};

export type Messages = typeof words & { readonly trace: TraceMessages; readonly people: PeopleMessages };

const en: Messages = { ...words, trace: traceEn, people: peopleEn };

/** The page's language: `?lang=` first, then the browser's. */
export function chooseMessages(search: string, browserLanguages: readonly string[]): Messages {
  const asked = new URLSearchParams(search).get('lang');
  const wanted = asked === null ? browserLanguages : [asked];
  for (const tag of wanted) {
    if (/^sv\b/i.test(tag)) return sv;
    if (/^en\b/i.test(tag)) return en;
  }
  return en;
}

/** A number from 1 on, with its words. */
export function counted(
  words: { readonly one: string; readonly two: string; readonly other: string },
  count: number,
): string {
  if (count === 1) return words.one;
  return count === 2 ? words.two : fill(words.other, { count });
}

/** Fills in the places of a message. */
export function fill(message: string, places: Readonly<Record<string, string | number>>): string {
  return message.replace(/\{(\w+)\}/g, (whole, name: string) => `${places[name] ?? whole}`);
}
