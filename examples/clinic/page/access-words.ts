import { counted, fill, type Messages } from './messages.ts';
import type { SeenAccess } from './people-api.ts';
import { dayAndTime, exactLength } from './time-words.ts';

/** A role and its unit, as far as the page knows them in its own language. */
export function roleIn(role: string, unit: string, { people, knownNames }: Messages): string {
  return fill(people.roleIn, { role: people.roles[role] ?? role, unit: knownNames[unit] ?? unit });
}

export function purposeWords(purpose: string, { purposes }: Messages): string {
  return capital(purposes[purpose] ?? purpose);
}

/** Begins with a capital letter. */
export const capital = (words: string): string => words.charAt(0).toLocaleUpperCase() + words.slice(1);

/** How often a call was opened and refused. */
export function summaryOf(accesses: readonly SeenAccess[], messages: Messages): string {
  const { patient } = messages.people;
  const refused = accesses.filter(access => access.refused).length;
  const opened = accesses.length - refused;
  const words = [
    opened === 0 ? patient.none : counted(patient.opened, opened),
    ...(refused === 0 ? [] : [counted(patient.refusedTimes, refused)]),
  ];
  return words.join(' ');
}

/** Why the call was opened, or what was stated by whom it was refused. */
export function reasonWords({ emergency, refused, purpose }: SeenAccess, messages: Messages): string {
  const { patient } = messages.people;
  if (refused) return fill(patient.reasonWas, { purpose: messages.purposes[purpose] ?? purpose });
  return emergency ? patient.emergencyWas : purposeWords(purpose, messages);
}

/** What of the call was heard, and what became of the review. */
export function listenedWords(access: SeenAccess, durationSeconds: number, messages: Messages): string {
  const { patient } = messages.people;
  const length = (seconds: number): string => exactLength(seconds, messages);
  const heard = { heard: length(access.heardSeconds), length: length(durationSeconds) };
  const words = [
    access.heardSeconds > 0 ? fill(patient.heard, heard) : patient.heardNothing,
    fill(patient.unlocked, { seconds: length(Math.min(access.unlockedSeconds, durationSeconds)) }),
    ...(access.tracks.includes('transcript') ? [patient.transcript] : []),
  ];
  return words.join(' ');
}

/** @returns undefined where nobody has to review it, and nobody has */
export function reviewWords({ review, reviewBy }: SeenAccess, messages: Messages): string | undefined {
  const { patient } = messages.people;
  const dayOf = (isoTime: string): string => dayAndTime(Date.parse(isoTime), messages).day;
  if (review) return fill(patient.reviewed[review.outcome] ?? '', { day: dayOf(review.at) });
  return reviewBy === undefined ? undefined : fill(patient.reviewBy, { day: dayOf(reviewBy) });
}
