import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root: string = fileURLToPath(new URL('../../', import.meta.url));

/** A fenced block of code in a document. */
export interface CodeBlock {
  /** In the repository, such as `docs/grants.md`. */
  readonly file: string;
  /** Of its opening fence, from 1. */
  readonly line: number;
  /** The first word behind the fence. */
  readonly language: string;
  /** The file that the reader is to write it to, as the second word names it; empty for most. */
  readonly title: string;
  /** With its last newline. */
  readonly code: string;
}

/** What has a language that nobody runs: figures, formulas, answers. It is counted, and told. */
export const PLAIN = 'text';

/** Every document of the repository that a stranger reads. */
export function documents(): string[] {
  const inFolder = (folder: string): string[] =>
    readdirSync(root + folder)
      .filter(name => name.endsWith('.md'))
      .map(name => `${folder}/${name}`);
  const ofPackages = readdirSync(`${root}packages`).map(name => `packages/${name}/README.md`);
  return ['README.md', 'SECURITY.md', ...inFolder('docs'), ...ofPackages].filter(file =>
    existsSync(root + file),
  );
}

/** The fenced blocks of a document, in their order. */
export function codeBlocks(file: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: { line: number; info: string; fence: string; lines: string[] } | undefined;
  readFileSync(root + file, 'utf8')
    .split('\n')
    .forEach((text, index) => {
      const [, fence, info = ''] = /^\s*(`{3,})(.*)$/.exec(text) ?? [];
      if (open && fence === open.fence) {
        const [language = '', title = ''] = open.info.trim().split(/\s+/);
        blocks.push({ file, line: open.line, language, title, code: `${open.lines.join('\n')}\n` });
        open = undefined;
      } else if (open) open.lines.push(text);
      else if (fence) open = { line: index + 1, info, fence, lines: [] };
    });
  if (open) throw new Error(`${file}: the block of line ${open.line} has no end.`);
  return blocks;
}

/** Blocks of all documents in one of these languages. */
export const blocksIn = (...languages: readonly string[]): CodeBlock[] =>
  documents()
    .flatMap(codeBlocks)
    .filter(({ language }) => languages.includes(language));

/** How a block is named in a report. */
export const nameOf = ({ file, line }: CodeBlock): string => `${file}:${line}`;
