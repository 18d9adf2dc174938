import { describe, expect, test } from 'vitest';
import { en } from '../../../examples/clinic/page/messages-en.ts';
import { sv } from '../../../examples/clinic/page/messages-sv.ts';
import { chooseMessages } from '../../../examples/clinic/page/messages.ts';

/** Every string of a language by where it stands. */
function* strings(words: unknown, place = ''): Generator<[place: string, words: string]> {
  if (typeof words === 'string') yield [place, words];
  else if (typeof words === 'object' && words !== null)
    for (const [name, inner] of Object.entries(words)) yield* strings(inner, `${place}.${name}`);
}

const places = (words: string): string[] =>
  [...words.matchAll(/\{(\w+)\}/g)].map(([whole]) => whole).toSorted();
/** Names that the Swedish page alone translates. */
const english = [...strings({ ...en, knownNames: {} })];
const swedish = new Map(strings({ ...sv, knownNames: {} }));

describe('the words in Swedish', () => {
  test('are there wherever the English are, and nowhere else', () => {
    expect([...swedish.keys()].toSorted()).toEqual(english.map(([place]) => place).toSorted());
  });

  test('have the same places to fill in', () => {
    for (const [place, words] of english)
      expect(places(swedish.get(place) ?? ''), place).toEqual(places(words));
  });
});

test.each([
  ['', ['sv-SE', 'en'], 'sv'],
  ['', ['de-DE', 'sv'], 'sv'],
  ['', ['de-DE'], 'en'],
  ['?lang=sv', ['en-GB'], 'sv'],
  ['?lang=en', ['sv-SE'], 'en'],
  ['?lang=xx', ['sv-SE'], 'en'],
] as const)('%s and %j give %s', (search, browserLanguages, language) => {
  expect(chooseMessages(search, browserLanguages).language).toBe(language);
});
