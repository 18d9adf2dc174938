import { LEAST_SECONDS } from './trace-clip.ts';
import type { TracedClip, TracedListener, TracedSession, TraceReport } from './trace-report.ts';

/** The report in words. */
export function summarise({ clips, listeners, sessions, lookedAt }: Omit<TraceReport, 'summary'>): string {
  const named = listeners.filter(listener => listener.named);
  const marked = sessions.filter(({ standing }) => standing !== 'none');
  const sentences = [
    ...named.map(describeListener),
    ...marked.map(describeSession),
    ...(named.length > 0 ? [] : [describeLack(clips, listeners[0], lookedAt.listeners, marked.length > 0)]),
    `${lookedAt.packagings} packaging(s) of recordings, ${lookedAt.listeners} listener(s) and ${lookedAt.sessions} session(s) were compared; all of them share the bounds.`,
    ...(lookedAt.unreadable > 0
      ? [`${lookedAt.unreadable} packaging(s) could not be searched: no archive key opens them.`]
      : []),
  ];
  return sentences.join(' ');
}

function describeListener(listener: TracedListener): string {
  const { name, sub, unit, seconds, agreed, differing, leased, leasedSeconds, falsePositiveBound } = listener;
  const leases = leased
    ? 'Keys for all of these seconds were released to this person.'
    : `Keys for ${leasedSeconds.toFixed(0)} of these seconds were released to this person.`;
  return `The copy was made from what was released to ${name} (${sub}, ${unit.name}): ${agreed} of ${agreed + differing} segments, ${seconds.toFixed(0)} seconds, are theirs; that somebody who had nothing to do with it fits as well has a probability of at most ${odds(falsePositiveBound)}. ${leases}`;
}

const STANDINGS = {
  none: '',
  lead: 'This is a lead only: a tampered player can put in another session’s mark.',
  confirms: 'It is of a person whom the copy’s own mark names.',
  contradicts: 'The copy’s own mark speaks against it: somebody else has probably put it in.',
} as const;

function describeSession({ sub, sid, seconds, falsePositiveBound, standing }: TracedSession): string {
  return `The player’s mark of session ${sid} (${sub}) is in ${seconds.toFixed(0)} seconds of it, at a bound of ${odds(falsePositiveBound)}. ${STANDINGS[standing]}`;
}

/** Why nobody is named by the copy's own mark. */
function describeLack(
  clips: readonly TracedClip[],
  likeliest: TracedListener | undefined,
  compared: number,
  marked: boolean,
): string {
  const none = marked ? 'The copy’s own mark names nobody:' : 'No mark found:';
  if (clips.every(({ seconds }) => seconds < LEAST_SECONDS))
    return `${none} the sound is shorter than ${LEAST_SECONDS} seconds.`;
  const recognised = clips.some(({ call }) => call !== undefined);
  if (!recognised) return `${none} no registered recording’s mark is in the sound, or too little of it.`;
  if (!likeliest) return `${none} the recording was recognised, but nobody had keys of it.`;
  return `${none} the recording was recognised, but ${likeliest.seconds.toFixed(0)} readable seconds are too few to tell ${compared} listener(s) apart, or several copies were mixed. More of the sound may name someone.`;
}

const SCALES = ['', ' thousand', ' million', ' thousand million', ' million million'];

/** A probability, rounded up to a power of ten, in words that a person can picture: "one in a thousand million". */
export function odds(bound: number): string {
  const power = Math.floor(-Math.log10(Math.max(bound, Number.MIN_VALUE)) + 1e-9);
  if (power < 1) return 'one in one';
  if (power > 12) return 'less than one in a million million';
  const scale = SCALES[Math.floor(power / 3)] ?? '';
  const count = 10 ** (power % 3);
  return `one in ${count === 1 ? 'a' : count}${scale}`;
}
