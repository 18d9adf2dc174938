import { en } from './locales/en.ts';
import { formatClock, formatPosition, formatRate, spokenPosition } from './time-format.ts';

export type MessageKey = keyof typeof en;

/** Every sentence of the element. `{…}` in a value is filled in; the names are those of the English text. */
export type Messages = Readonly<Record<MessageKey, string>>;

/** Values for the places of a message. */
export type Places = Readonly<Record<string, string | number>>;

/** The element's words in one language. */
export interface Words {
  /** BCP 47 tag the words are in. */
  readonly language: string;
  say(key: MessageKey, places?: Places): string;
  /** The message's text pieces and, between them, the names of its places. */
  pieces(key: MessageKey): readonly { readonly text?: string; readonly place?: string }[];
  position(seconds: number): string;
  spokenPosition(seconds: number): string;
  clock(milliseconds: number): string;
  rate(rate: number): string;
  /** Who speaks on a channel: the name alone, or as the language says it inside a sentence. */
  role(role: string, use?: 'alone' | 'inSentence'): string;
}

export interface Locale {
  /** BCP 47 tag. */
  readonly language: string;
  readonly messages: Messages;
}

/** At hand without waiting. */
export const english: Locale = { language: 'en', messages: en };

const otherLocales: Readonly<Record<string, () => Promise<Messages>>> = {
  sv: async () => (await import('./locales/sv.ts')).sv,
};

/** The element's language for a language tag: its own where there is one, otherwise English. */
export function supportedLanguage(tag: string): string {
  const language = tag.toLowerCase().split('-')[0] ?? '';
  return Object.hasOwn(otherLocales, language) ? language : english.language;
}

/** The words of a supported language; English where its module cannot be fetched. */
export async function loadLocale(language: string): Promise<Locale> {
  try {
    const messages = await otherLocales[language]?.();
    return messages === undefined ? english : { language, messages };
  } catch {
    return english;
  }
}

export function createWords({ language, messages }: Locale): Words {
  return {
    language,
    say: (key, places = {}) =>
      messages[key].replace(/\{(\w+)\}/g, (whole, name: string) => `${places[name] ?? whole}`),
    pieces: key =>
      messages[key]
        .split(/(\{\w+\})/)
        .map(piece => (piece.startsWith('{') ? { place: piece.slice(1, -1) } : { text: piece })),
    position: formatPosition,
    spokenPosition: seconds => spokenPosition(seconds, language),
    clock: milliseconds => formatClock(milliseconds, messages.clockSeparator),
    rate: rate => formatRate(rate, language),
    role: (role, use = 'alone') => {
      const key = `${use === 'alone' ? 'role' : 'who'} ${role}`;
      return isMessageKey(key) ? messages[key] : role;
    },
  };
}

/** Whether there is a message of that name, for names made from a purpose's code. */
export function isMessageKey(key: string): key is MessageKey {
  return Object.hasOwn(en, key);
}
