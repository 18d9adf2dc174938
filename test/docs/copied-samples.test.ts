import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { expect, test } from 'vitest';
import { blocksIn, type CodeBlock, nameOf, root } from './code-blocks.ts';
import { copiedLanguages } from './copied-languages.ts';

/** Where the files lie that other tests run. */
const folders = ['examples', 'test/consumers'].filter(folder => existsSync(root + folder));

const filesIn = (folder: string): string[] =>
  readdirSync(root + folder, { recursive: true, encoding: 'utf8' })
    .filter(path => !/node_modules|dist|var\//.test(path))
    .map(path => `${root}${folder}/${path}`);

/** Whether a file that a test runs has the block, word for word. */
function isCopied({ language, code }: CodeBlock): boolean {
  const files = folders.flatMap(filesIn).filter(path => extname(path) === copiedLanguages[language]);
  return files.some(path => readFileSync(path, 'utf8').includes(code));
}

test('what is written in other languages stands so in a file that another test runs', () => {
  const blocks = blocksIn(...Object.keys(copiedLanguages));
  expect(blocks.filter(block => !isCopied(block)).map(nameOf)).toEqual([]);
  expect(blocks.length).toBeGreaterThan(0);
});
