/** The manifest of the element is made of its documentation; here it is held against the code. */
import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventNames } from '../../../packages/react/src/element-events.ts';

const root = new URL('../../../', import.meta.url);
const folder = new URL('packages/element/', root);

interface Described {
  readonly name: string;
  readonly description?: string;
  readonly inheritedFrom?: object;
  readonly type?: { readonly text: string };
}

type Kind = 'attributes' | 'members' | 'events' | 'slots' | 'cssParts' | 'cssProperties' | 'cssStates';
type Declared = { readonly tagName?: string } & Readonly<Record<Kind, readonly Described[]>>;

let element: Declared;
let source: string;

beforeAll(async () => {
  const out = 'test/var/manifest';
  await promisify(execFile)(
    process.execPath,
    [
      fileURLToPath(new URL('node_modules/@custom-elements-manifest/analyzer/cem.js', root)),
      'analyze',
      '--outdir',
      `../../${out}`,
    ],
    { cwd: fileURLToPath(folder) },
  );
  const manifest = JSON.parse(await readFile(new URL(`${out}/custom-elements.json`, root), 'utf8')) as {
    modules: readonly { declarations?: readonly Declared[] }[];
  };
  const declared = manifest.modules.flatMap(({ declarations = [] }) => declarations);
  const found = declared.find(({ tagName }) => tagName === 'secure-call-player');
  if (!found) throw new Error('The manifest does not describe <secure-call-player>.');
  element = found;
  source = await sourceOf(new URL('src/', folder));
});

async function sourceOf(directory: URL): Promise<string> {
  const names = (await readdir(directory, { recursive: true })).filter(name => name.endsWith('.ts')).sort();
  return (await Promise.all(names.map(name => readFile(new URL(name, directory), 'utf8')))).join('\n');
}

const namesOf = (kind: Kind): string[] => element[kind].map(({ name }) => name).sort();

/** What the first group of a pattern holds wherever it matches, each once. */
const found = (pattern: RegExp, text = source): string[] =>
  [...new Set([...text.matchAll(pattern)].map(match => match[1] ?? ''))].sort();

const words = (texts: readonly string[]): string[] =>
  [...new Set(texts.flatMap(text => text.split(' ')))].sort();

describe('the manifest has', () => {
  test('every attribute that is read, and no other', () => {
    const read = [
      ...found(/read(?:Choice|Seconds|Rate)\(this, '([a-z-]+)'/g),
      ...found(/hasAttribute\('([a-z-]+)'/g),
      ...found(/:host\(\[(?!hidden)([a-z-]+)/g),
      'lang',
    ];
    expect(namesOf('attributes')).toEqual([...new Set(read)].sort());
  });

  test('every event that is fired, as React has them too', async () => {
    const media = await readFile(new URL('src/media-events.ts', folder), 'utf8');
    const fired = [
      ...found(/readonly (\w+): (?:Custom|AccessRecord|ReasonRequest)Event\b.*;/g),
      ...found(/&&\s*'(\w+)'/g, media),
      ...found(/\[\s*'(durationchange)'/g, media),
    ];
    expect(namesOf('events')).toEqual([...new Set(fired)].sort());
    expect(Object.values(eventNames).sort()).toEqual(namesOf('events'));
  });

  test('every part that is drawn, and no other', () => {
    const written = words([...found(/\bpart: '([^']+)'/g), ...found(/\bpart: `([^`]+)`/g)]);
    const patterns = written.map(part => new RegExp(`^${part.replaceAll(/\$\{[^}]+\}/g, '[a-z-]+')}$`));
    const documented = namesOf('cssParts');
    const none = documented.filter(name => !patterns.some(pattern => pattern.test(name)));
    const undocumented = patterns.filter(pattern => !documented.some(name => pattern.test(name)));
    expect({ none, undocumented }).toEqual({ none: [], undocumented: [] });
  });

  test('every slot that is drawn, and no other', () => {
    expect(namesOf('slots')).toEqual(found(/h\('slot', \{ name: '([a-z-]+)'/g));
  });

  test('every custom property that is used, and no other', () => {
    expect(namesOf('cssProperties')).toEqual(found(/var\((--scp-[a-z0-9-]+)/g));
  });

  test('every status of the player as a state', async () => {
    const states = await readFile(new URL('packages/player/src/player-state.ts', root), 'utf8');
    const union = states.slice(
      states.indexOf('export type PlayerState ='),
      states.indexOf('export type PlayerStatus'),
    );
    const statuses = [...union.matchAll(/status: ((?:'[a-z-]+'(?: \| )?)+)/g)].flatMap(match =>
      [...(match[1] ?? '').matchAll(/[a-z-]+/g)].map(([status]) => status),
    );
    expect(namesOf('cssStates')).toEqual(statuses.sort());
  });

  test('a description and, for properties, a type for each thing', () => {
    const kinds: readonly Kind[] = [
      'attributes',
      'events',
      'slots',
      'cssParts',
      'cssProperties',
      'cssStates',
    ];
    const mute = kinds.flatMap(kind =>
      element[kind].filter(({ description }) => !description).map(({ name }) => `${kind}: ${name}`),
    );
    expect(mute).toEqual([]);
    expect(element.members.length).toBeGreaterThan(20);
  });

  test('nothing that is not for hosts', () => {
    const hidden = element.members.map(({ name }) => name).filter(name => /^#|Callback$|^holder$/.test(name));
    expect(hidden).toEqual([]);
  });
});
