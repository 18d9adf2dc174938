import type { ListedCall } from './clinic-api.ts';
import { fill, type Messages } from './messages.ts';

/** 4:03; the same in every language, so that it matches the record. */
export function position(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}

/** Time of day with seconds by the browser's clock, e.g. 08:14:02, in Swedish 08.14.02. */
export function clock(at: Date, { clockSeparator }: Messages): string {
  return [at.getHours(), at.getMinutes(), at.getSeconds()]
    .map(part => String(part).padStart(2, '0'))
    .join(clockSeparator);
}

/** Hours and minutes as they were where the call was taken. */
export function wallTime(isoTime: string, { clockSeparator }: Messages): string {
  return isoTime.slice(11, 16).replace(':', clockSeparator);
}

/** Day and month as they were where the call was taken, e.g. "22 November". */
export function wallDay(isoTime: string, { language }: Messages): string {
  const day = new Date(`${isoTime.slice(0, 10)}T12:00:00Z`);
  const locale = language === 'en' ? 'en-GB' : language;
  return day.toLocaleDateString(locale, { day: 'numeric', month: 'long', timeZone: 'UTC' });
}

/** Day and time by the browser's clock, e.g. "22 November" and "08:14". */
export function dayAndTime(
  milliseconds: number,
  { language, clockSeparator }: Messages,
): { readonly day: string; readonly time: string } {
  const at = new Date(milliseconds);
  const locale = language === 'en' ? 'en-GB' : language;
  const [hours, minutes] = [at.getHours(), at.getMinutes()].map(part => String(part).padStart(2, '0'));
  return {
    day: at.toLocaleDateString(locale, { day: 'numeric', month: 'long' }),
    time: `${hours}${clockSeparator}${minutes}`,
  };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** "Today 08:14", "Yesterday 08:14" or "22 November 08:14", by the browser's clock. */
export function recently(isoTime: string, messages: Messages): string {
  const { people } = messages;
  const at = Date.parse(isoTime);
  const { day, time } = dayAndTime(at, messages);
  const isDay = (milliseconds: number): boolean =>
    new Date(at).toDateString() === new Date(milliseconds).toDateString();
  if (isDay(Date.now())) return fill(people.today, { time });
  return fill(isDay(Date.now() - DAY_MS) ? people.yesterday : people.onDay, { day, time });
}

/** The same within a sentence: "today 08:14". */
export function recentlyWithin(isoTime: string, messages: Messages): string {
  const words = recently(isoTime, messages);
  return words.charAt(0).toLocaleLowerCase() + words.slice(1);
}

/** "Call to 1177, 22 November, 08:14". */
export function callTitle({ line, startedAt }: ListedCall, messages: Messages): string {
  const [day, time] = [wallDay(startedAt, messages), wallTime(startedAt, messages)];
  return fill(messages.callTitle, { line, day, time });
}

/** "3 min", or "45 s" below a minute. */
export function roughLength(seconds: number, messages: Messages): string {
  if (seconds < 60) return fill(messages.seconds, { count: Math.round(seconds) });
  return fill(messages.minutes, { count: Math.round(seconds / 60) });
}

/** "2 min 55 s". */
export function exactLength(seconds: number, messages: Messages): string {
  const whole = Math.round(seconds);
  if (whole < 60) return fill(messages.seconds, { count: whole });
  return fill(messages.length, { minutes: Math.floor(whole / 60), seconds: whole % 60 });
}
