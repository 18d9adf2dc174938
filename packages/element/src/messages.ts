import { words as startWords } from './locales/en/start.ts';
import type * as english from './locales/english.ts';
import { formatClock, formatPosition, formatRate, spokenPosition } from './time-format.ts';

export type MessageKey = keyof (typeof startWords &
  typeof english.forms &
  typeof english.call &
  typeof english.panels &
  typeof english.states &
  typeof english.failures);

/** Every sentence of the element. `{…}` in a value is filled in; the names are those of the English text. */
export type Messages = Readonly<Record<MessageKey, string>>;

/** Values for the places of a message. */
export type Places = Readonly<Record<string, string | number>>;

/** The element's words in one language. */
export interface Words {
  /** BCP 47 tag the words are in. */
  readonly language: string;
  /** Whether more is there than the start card's words. */
  readonly isWhole: boolean;
  /** Fetches the rest: English where the language's own cannot be fetched. */
  complete(): Promise<void>;
  say(key: MessageKey, places?: Places): string;
  /** The message's text pieces and, between them, the names of its places. */
  pieces(key: MessageKey): readonly { readonly text?: string; readonly place?: string }[];
  position(seconds: number): string;
  spokenPosition(seconds: number): string;
  clock(milliseconds: number): string;
  rate(rate: number): string;
  /** Whether there is a message of that name, for names made from a purpose's code. */
  has(key: string): key is MessageKey;
  /** Who speaks on a channel: the name alone, or as the language says it inside a sentence. */
  role(role: string, use?: 'alone' | 'inSentence'): string;
}

/** A part of a language: each is fetched when it is needed, and no larger than need be. */
type Part = Promise<{ readonly words: Partial<Messages> }>;

interface Locale {
  /** The start card's words. */
  readonly start: () => Part;
  readonly rest: () => readonly Part[];
}

/** Bundlers find a file by this form of address, so each is written out. */
const locales: Readonly<Record<string, Locale>> = {
  en: {
    start: () => Promise.resolve({ words: startWords }),
    rest: () => [
      import('./locales/en/forms.ts'),
      import('./locales/en/call.ts'),
      import('./locales/en/panels.ts'),
      import('./locales/en/states.ts'),
      import('./locales/en/failures.ts'),
    ],
  },
  sv: {
    start: () => import('./locales/sv/start.ts'),
    rest: () => [
      import('./locales/sv/forms.ts'),
      import('./locales/sv/call.ts'),
      import('./locales/sv/panels.ts'),
      import('./locales/sv/states.ts'),
      import('./locales/sv/failures.ts'),
    ],
  },
  de: {
    start: () => import('./locales/de/start.ts'),
    rest: () => [
      import('./locales/de/forms.ts'),
      import('./locales/de/call.ts'),
      import('./locales/de/panels.ts'),
      import('./locales/de/states.ts'),
      import('./locales/de/failures.ts'),
    ],
  },
  ar: {
    start: () => import('./locales/ar/start.ts'),
    rest: () => [
      import('./locales/ar/forms.ts'),
      import('./locales/ar/call.ts'),
      import('./locales/ar/panels.ts'),
      import('./locales/ar/states.ts'),
      import('./locales/ar/failures.ts'),
    ],
  },
};

/** The element's language for a language tag: its own where there is one, otherwise English. */
export function supportedLanguage(tag: string): string {
  const language = tag.toLowerCase().split('-')[0] ?? '';
  return Object.hasOwn(locales, language) ? language : 'en';
}

/** English, which is at hand without waiting. */
export const englishWords = (own: Partial<Messages>): Words => createWords('en', startWords, own);

/** The words of a supported language; English where its module cannot be fetched. */
export async function loadWords(language: string, own: Partial<Messages>): Promise<Words> {
  try {
    const { words = startWords } = (await locales[language]?.start()) ?? {};
    return createWords(language, words, own);
  } catch {
    return englishWords(own);
  }
}

/** The rest of each language that some element of the page has fetched. */
const fetched = new Map<string, Partial<Messages>>();

function createWords(language: string, start: Partial<Messages>, own: Partial<Messages>): Words {
  // Screens that need more are built only once it is there.
  let messages = { ...start, ...fetched.get(language), ...own } as Messages;
  return {
    language,
    get isWhole() {
      return messages.tryAgain !== undefined;
    },
    complete: async () => {
      const rest = fetched.get(language) ?? (await fetchRest(language).catch(() => fetchRest('en')));
      fetched.set(language, rest);
      messages = { ...messages, ...rest, ...own };
    },
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
    has: (key): key is MessageKey => Object.hasOwn(messages, key),
    role: (role, use = 'alone') => {
      const key = `${use === 'alone' ? 'role' : 'who'} ${role}`;
      return Object.hasOwn(messages, key) ? messages[key as MessageKey] : role;
    },
  };
}

async function fetchRest(language: string): Promise<Partial<Messages>> {
  const parts = await Promise.all(locales[language]?.rest() ?? []);
  return Object.assign({}, ...parts.map(({ words }) => words)) as Partial<Messages>;
}
