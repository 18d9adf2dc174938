/** A place in the recording: 4:03, or 1:02:03 from one hour on. The same in every language, as in the record. */
export function formatPosition(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const tail = `${rest}`.padStart(2, '0');
  return hours === 0 ? `${minutes}:${tail}` : `${hours}:${`${minutes}`.padStart(2, '0')}:${tail}`;
}

/** The same as a screen reader should say it: "4 minutes 3 seconds". */
export function spokenPosition(seconds: number, language: string): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts: readonly (readonly [string, number])[] = [
    ['hour', Math.floor(whole / 3600)],
    ['minute', Math.floor((whole % 3600) / 60)],
    ['second', whole % 60],
  ];
  const said = parts.filter(([unit, value]) => value > 0 || (unit === 'second' && whole === 0));
  return said.map(([unit, value]) => unitFormat(unit, language).format(value)).join(' ');
}

/**
 * Time of day in 24 hours, in the browser's time zone.
 * @param milliseconds - since the epoch
 * @param separator - ":" in English, "." in Swedish
 */
export function formatClock(milliseconds: number, separator: string): string {
  const date = new Date(milliseconds);
  return [date.getHours(), date.getMinutes()].map(part => `${part}`.padStart(2, '0')).join(separator);
}

/** 1.25× */
export function formatRate(rate: number, language: string): string {
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(rate)}×`;
}

/** Minutes begun until then, at least 1: "26" while 25 min 10 s are left. */
export function minutesUntil(milliseconds: number, now: number): number {
  return Math.max(1, Math.ceil((milliseconds - now) / 60_000));
}

const formats = new Map<string, Intl.NumberFormat>();

function unitFormat(unit: string, language: string): Intl.NumberFormat {
  const key = `${language} ${unit}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  const made = new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' });
  formats.set(key, made);
  return made;
}
