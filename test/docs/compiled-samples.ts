import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { blocksIn, type CodeBlock, nameOf, root } from './code-blocks.ts';

const run = promisify(execFile);
const given = `${root}test/docs/given`;

/** TypeScript is held to the strictest settings; JavaScript to what an editor finds in it. */
const kinds = [
  {
    name: 'ts',
    languages: ['ts', 'tsx'],
    options: { strict: true, exactOptionalPropertyTypes: true, noUncheckedIndexedAccess: true },
  },
  { name: 'js', languages: ['js', 'jsx', 'mjs'], options: { strict: false } },
] as const;

/** Its samples are files of applications that are built with what they import: `test/unit/embedding-docs.test.ts`. */
const APPLICATIONS = 'docs/embedding.md';

const compiledIn = (languages: readonly string[]): CodeBlock[] =>
  blocksIn(...languages).filter(({ file }) => file !== APPLICATIONS);

/** Blocks that are compiled. */
export const compiledBlocks = (): CodeBlock[] => compiledIn(kinds.flatMap(({ languages }) => languages));

/**
 * Compiles every sample in the place of a reader: against the built packages, with the imports that stand further up on
 * its page, and with what `given/` says the reader has.
 * @returns what the compiler objects to, by the document's line
 */
export async function compilerFaults(): Promise<string[]> {
  return (await Promise.all(kinds.map(compileKind))).flat();
}

async function compileKind({ name, languages, options }: (typeof kinds)[number]): Promise<string[]> {
  const folder = `${root}test/var/docs/${name}`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const places = new Map<string, { block: CodeBlock; added: number }>();
  for (const block of compiledIn(languages)) {
    const { text, added } = inPlace(block);
    const file = `${nameOf(block).replaceAll(/\W/g, '-')}.tsx`;
    places.set(file, { block, added });
    await writeFile(join(folder, file), text);
  }
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings(options)));
  return complaints(folder, places);
}

const settings = (options: object): object => ({
  compilerOptions: {
    ...options,
    noEmit: true,
    target: 'es2023',
    module: 'esnext',
    moduleResolution: 'bundler',
    moduleDetection: 'force',
    allowImportingTsExtensions: true,
    jsx: 'react-jsx',
    lib: ['es2023', 'dom', 'dom.iterable'],
    types: ['node'],
    // A sample's own neighbours, such as `./your-application.js`.
    rootDirs: ['.', given],
    skipLibCheck: true,
  },
  include: ['.'],
});

const imports = /^import [\s\S]*?from '[^']+';\n|^import '[^']+';\n/gm;
const namesOf = (statement: string): string[] =>
  (/^import (?:type )?\{([^}]*)\}/.exec(statement)?.[1] ?? '')
    .split(',')
    .map(name => name.trim().replace(/^type /, ''));

/** The block with what its reader has: imports of the page so far, and the page's givens. */
function inPlace(block: CodeBlock): { text: string; added: number } {
  const own = new Set([...block.code.matchAll(imports)].flatMap(([statement]) => namesOf(statement)));
  const declared = new Set(
    [...block.code.matchAll(/^(?:const|let|function|async function|class) (\w+)/gm)].map(([, name]) => name),
  );
  const needed = (name: string): boolean =>
    name !== '' && !own.has(name) && !declared.has(name) && new RegExp(`\\b${name}\\b`).test(block.code);
  const before = blocksIn(block.language, 'ts', 'tsx', 'js', 'jsx').filter(
    ({ file, line }) => file === block.file && line < block.line,
  );
  const lines = new Map<string, string>();
  for (const [statement] of before.flatMap(({ code }) => Array.from(code.matchAll(imports)))) {
    const from = /'([^']+)'/.exec(statement)?.[1] ?? '';
    for (const name of namesOf(statement).filter(needed))
      lines.set(name, `import { ${name} } from '${from}';`);
  }
  for (const name of givenNames(block.file).filter(needed))
    if (!lines.has(name)) lines.set(name, `import { ${name} } from '${givenFile(block.file)}';`);
  const head = [...lines.values()].map(line => `${line}\n`).join('');
  return { text: head + block.code, added: lines.size };
}

const givenFile = (file: string): string =>
  join(
    given,
    `${file
      .replace(/^docs\//, '')
      .replaceAll('/', '-')
      .replace(/\.md$/, '')}.ts`,
  );

function givenNames(file: string): string[] {
  if (!existsSync(givenFile(file))) return [];
  const text = readFileSync(givenFile(file), 'utf8');
  return [...text.matchAll(/^export (?:declare (?:const|function) |\{ )(\w+)/gm)].map(
    ([, name = '']) => name,
  );
}

async function complaints(
  folder: string,
  places: ReadonlyMap<string, { block: CodeBlock; added: number }>,
): Promise<string[]> {
  const tsc = join(root, 'node_modules/.bin/tsc');
  const output = await run(tsc, ['-p', folder, '--pretty', 'false'], { cwd: folder }).then(
    () => '',
    (error: { stdout: string }) => error.stdout,
  );
  return output
    .split('\n')
    .filter(line => line.trim() !== '')
    .map(line => {
      const [, file = '', row = '0', words = ''] = /^(\S+\.tsx)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
      const place = places.get(file);
      return place ? `${place.block.file}:${place.block.line + Number(row) - place.added}: ${words}` : line;
    });
}
