import { en } from './messages-en.ts';
import { sv } from './messages-sv.ts';

export type Messages = typeof en;

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
