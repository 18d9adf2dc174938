import { readFile } from 'node:fs/promises';
import { inRepository } from './places.mjs';

const MANIFEST = 'packages/element/custom-elements.json';

const cell = text => (text ?? '').replaceAll('|', '\\|').replaceAll('\n', ' ');
const code = text => (text ? `\`${cell(text)}\`` : '');

function table(title, columns, rows) {
  if (!rows || rows.length === 0) return '';
  const head = `| ${Object.keys(columns).join(' | ')} |\n|${' --- |'.repeat(Object.keys(columns).length)}`;
  const lines = rows.map(
    row =>
      `| ${Object.values(columns)
        .map(read => read(row))
        .join(' | ')} |`,
  );
  return `## ${title}\n\n${head}\n${lines.join('\n')}\n\n`;
}

const name = ({ name }) => code(name);
const description = row => cell(row.description);
const type = row => code(row.type?.text);
const ofKind = (members, kind) => members?.filter(member => member.kind === kind && member.static !== true);

/** Everything a host can set, call, hear and style on the element, from its Custom Elements Manifest. */
export async function elementReference() {
  const { modules } = JSON.parse(await readFile(inRepository(MANIFEST), 'utf8'));
  const declarations = modules.flatMap(module => module.declarations ?? []);
  const element = declarations.find(({ tagName }) => tagName === 'secure-call-player');
  const members = inherited(element, declarations);
  const parts = [
    table('Attributes', { Attribute: name, Values: type, 'What it does': description }, element.attributes),
    table('Properties', { Property: name, Type: type, 'What it is': description }, ofKind(members, 'field')),
    table(
      'Methods',
      { Method: name, Returns: row => code(row.return?.type?.text), 'What it does': description },
      ofKind(members, 'method'),
    ),
    table('Events', { Event: name, When: description }, element.events),
    table('Slots', { Slot: name, 'What it holds': description }, element.slots),
    table('Parts', { Part: name, What: description }, element.cssParts),
    table('Custom properties', { Property: name, 'What it colours': description }, element.cssProperties),
    table('States', { State: name, When: description }, element.cssStates),
  ];
  const text = `# \`<secure-call-player>\`\n\n${element.description ?? ''}\n\n${parts.join('')}`;
  return { path: 'reference/element.html', text };
}

/** Members of a class and of the classes above it that the manifest knows. */
function inherited(declared, declarations) {
  const above = declarations.find(({ name }) => name === declared.superclass?.name);
  const own = declared.members ?? [];
  const names = new Set(own.map(({ name }) => name));
  return above ? [...own, ...inherited(above, declarations).filter(({ name }) => !names.has(name))] : own;
}
