import type { ListedCall } from './clinic-api.ts';
import { fill, type Messages } from './messages.ts';
import { callTitle, dayAndTime, position } from './time-words.ts';
import type { TracedListener, TracedSession, TraceReport } from './trace-api.ts';

/** A report in words. Numbers come from the report alone. */
export interface TraceWords {
  readonly headline: string;
  /** Whose copy it is, where the recording's own mark names one person. */
  readonly named?: NamedListener;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What it means, and what it does not. */
  readonly meaning: string;
}

export interface NamedListener {
  readonly name: string;
  readonly unit: string;
  /** Parts of the recording that are those the person was given, and all that could be told apart. */
  readonly agreed: number;
  readonly parts: number;
  /** Of a match by chance, at most. */
  readonly odds: string;
}

/** Where the words come from. */
export interface TraceContext {
  /** Name of the file. */
  readonly file: string;
  readonly calls: readonly ListedCall[];
  readonly messages: Messages;
}

/** Whose copy it is by the recording's mark; else whose session the player's mark points at; else nobody's. */
export function traceWords(report: TraceReport, context: TraceContext): TraceWords {
  const listeners = report.listeners.filter(({ named }) => named);
  if (listeners.length > 0) return wordsOfListeners(listeners, report, context);
  const session = report.sessions.find(({ named }) => named);
  return session ? wordsOfLead(session, report, context) : wordsOfNothing(report, context);
}

function wordsOfListeners(
  listeners: readonly TracedListener[],
  report: TraceReport,
  context: TraceContext,
): TraceWords {
  const { file, messages } = context;
  const { trace, language } = messages;
  const who = new Intl.ListFormat(language).format(listeners.map(one => personOf(one, messages)));
  return {
    headline: fill(trace.cameFrom, { file, who }),
    ...namedAlone(listeners, messages),
    facts: [
      ...listeners.flatMap(one => factsOfListener(one, messages)),
      [trace.session, sessionWords(report, messages)],
      ...factsOfCall(report, context),
    ],
    meaning: trace.meaning,
  };
}

function namedAlone(
  [one, ...others]: readonly TracedListener[],
  { trace }: Messages,
): Pick<TraceWords, 'named'> {
  if (!one || others.length > 0) return {};
  const { name, unit, agreed, differing, falsePositiveBound } = one;
  const odds = oddsOf(falsePositiveBound, trace.odds);
  return { named: { name, unit: unit.name, agreed, parts: agreed + differing, odds } };
}

const personOf = ({ name, unit }: TracedListener, { trace }: Messages): string =>
  fill(trace.person, { name, unit: unit.name });

function factsOfListener(listener: TracedListener, { trace }: Messages): TraceWords['facts'] {
  const { name, agreed, differing, falsePositiveBound, leased } = listener;
  const [seconds, leasedSeconds] = [Math.round(listener.seconds), Math.round(listener.leasedSeconds)];
  const parts = fill(trace.restsOnParts, { seconds, agreed, parts: agreed + differing, name });
  const unlocked = leased ? '' : ` ${fill(trace.notUnlocked, { seconds: leasedSeconds, name })}`;
  return [
    [trace.sure, fill(trace.sureOf, { odds: oddsOf(falsePositiveBound, trace.odds) })],
    [trace.restsOn, parts + unlocked],
  ];
}

function sessionWords({ sessions, listeners }: TraceReport, messages: Messages): string {
  const { trace } = messages;
  const confirmed = sessions.find(({ standing }) => standing === 'confirms');
  if (confirmed) return openedWords(confirmed, messages);
  const forged = sessions.find(({ standing }) => standing === 'contradicts');
  return forged ? fill(trace.sessionForged, { name: nameOf(forged, listeners) }) : trace.sessionUnknown;
}

const openedWords = ({ sid, startedAt }: TracedSession, messages: Messages): string =>
  fill(messages.trace.sessionOpened, { session: sid, ...dayAndTime(startedAt, messages) });

const nameOf = ({ iss, sub }: TracedSession, listeners: readonly TracedListener[]): string =>
  listeners.find(one => one.iss === iss && one.sub === sub)?.name ?? sub;

function wordsOfLead(session: TracedSession, report: TraceReport, context: TraceContext): TraceWords {
  const { file, messages } = context;
  const { trace } = messages;
  const { falsePositiveBound, seconds } = session;
  return {
    headline: fill(trace.pointsAt, { file, who: nameOf(session, report.listeners) }),
    facts: [
      [trace.sure, fill(trace.sureOfSession, { odds: oddsOf(falsePositiveBound, trace.odds) })],
      [trace.restsOn, fill(trace.restsOnSound, { seconds: Math.round(seconds) })],
      [trace.session, openedWords(session, messages)],
      ...factsOfCall(report, context),
    ],
    meaning: trace.leadOnly,
  };
}

function wordsOfNothing(report: TraceReport, context: TraceContext): TraceWords {
  const { file, messages } = context;
  const { trace } = messages;
  const place = placeOf(report, context);
  const recognised = place ? ` ${fill(trace.recognised, place)}` : '';
  return { headline: fill(trace.notFound, { file }), facts: [], meaning: trace.nothingMeans + recognised };
}

function factsOfCall(report: TraceReport, context: TraceContext): TraceWords['facts'] {
  const { trace } = context.messages;
  const place = placeOf(report, context);
  return place ? [[trace.call, fill(trace.fromPosition, place)]] : [];
}

/** Which call a copy is of and where it begins in it, where both are known. */
function placeOf(
  { clips }: TraceReport,
  { calls, messages }: TraceContext,
): { readonly call: string; readonly position: string } | undefined {
  const clip = clips.find(({ call }) => call !== undefined);
  const known = calls.find(({ call }) => call === clip?.call);
  return known && { call: callTitle(known, messages), position: position(clip?.fromSeconds ?? 0) };
}

/** A bound in words, rounded up to a power of ten. Who is named has 1e-9 at most. */
function oddsOf(bound: number, words: readonly string[]): string {
  const power = Math.floor(-Math.log10(Math.max(bound, Number.MIN_VALUE)));
  return words[Math.min(Math.max(power - 9, 0), words.length - 1)] ?? '';
}
