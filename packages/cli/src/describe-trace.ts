import {
  odds,
  type TracedClip,
  type TracedListener,
  type TracedSession,
  type TraceReport,
} from '@secure-call/server';

/** A report for whoever decides what follows from it. */
export function describeTrace(report: TraceReport): string {
  const { clips, listeners, sessions } = report;
  const named = listeners.filter(listener => listener.named);
  const marked = sessions.filter(({ standing }) => standing !== 'none');
  const lines = ['The sound:', ...clips.flatMap(describeClip), ''];
  if (named.length > 0)
    lines.push('Named by the mark in the recording:', ...named.flatMap(describeListener), '');
  if (marked.length > 0)
    lines.push('Leads by the mark of the player:', ...marked.flatMap(describeSession), '');
  lines.push(report.summary);
  return `${lines.join('\n')}\n`;
}

function describeClip({
  name,
  seconds,
  call,
  rev,
  fromSeconds = 0,
  speed = 1,
  tempo = 1,
}: TracedClip): string[] {
  const length = `  ${name}, ${clock(seconds)}`;
  if (call === undefined) return [`${length}: no recording recognised`];
  const faster = Math.round((speed * tempo - 1) * 1000) / 10;
  const pace = faster === 0 ? '' : `, ${Math.abs(faster)} % ${faster > 0 ? 'faster' : 'slower'}`;
  return [`${length}: from ${clock(fromSeconds)} of recording ${call}, packaging ${rev}${pace}`];
}

function describeListener(listener: TracedListener): string[] {
  const { name, sub, unit, score, falsePositiveBound, seconds, agreed, differing, leasedSeconds } = listener;
  return [
    `  ${name} (${sub}), ${unit.name}`,
    `    segments     ${agreed} of ${agreed + differing} are this person's`,
    `    rests on     ${seconds.toFixed(0)} seconds; keys for ${leasedSeconds.toFixed(0)} of them were released to this person`,
    `    score        ${score.toFixed(1)} nats`,
    `    by chance    ${odds(falsePositiveBound)} at most that anyone uninvolved fits as well`,
  ];
}

const STANDINGS = {
  none: '',
  lead: 'a lead only: a tampered player can put in another session’s mark',
  confirms: 'of a person whom the mark in the recording names',
  contradicts: 'NOT NAMED: the mark in the recording speaks against it; probably put in by somebody else',
} as const;

function describeSession(session: TracedSession): string[] {
  const { sid, sub, startedAt, score, falsePositiveBound, seconds, standing } = session;
  return [
    `  session ${sid} of ${sub}, ${new Date(startedAt).toISOString()}`,
    `    worth        ${STANDINGS[standing]}`,
    `    rests on     ${seconds.toFixed(0)} seconds`,
    `    score        ${score.toFixed(1)} nats`,
    `    by chance    ${odds(falsePositiveBound)} at most`,
  ];
}

function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
