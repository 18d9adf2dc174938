import { expect, test } from 'vitest';
import { codeBlocks, documents, nameOf } from './code-blocks.ts';
import { copiedLanguages } from './copied-languages.ts';
import { plainBlocks, unlisted } from './plain-blocks.ts';

/** Which test takes the blocks of a language, every one of them. */
const takers: Readonly<Record<string, string>> = {
  ts: 'samples.test.ts',
  tsx: 'samples.test.ts',
  js: 'samples.test.ts',
  jsx: 'samples.test.ts',
  mjs: 'samples.test.ts',
  sh: 'commands.test.ts',
  json: 'json-samples.test.ts',
  html: 'markup-samples.test.ts',
  css: 'markup-samples.test.ts',
  ...Object.fromEntries(Object.keys(copiedLanguages).map(language => [language, 'copied-samples.test.ts'])),
};

test('every block of code is taken by a test, or listed as one that nobody can run', () => {
  const blocks = documents().flatMap(codeBlocks);
  const plain = plainBlocks();
  const taken = blocks.filter(({ language }) => language in takers);
  const left = blocks.filter(
    block => !taken.includes(block) && !plain.some(one => nameOf(one) === nameOf(block)),
  );
  expect(left.map(nameOf)).toEqual([]);
  expect(unlisted()).toEqual([]);
  console.log(
    `Documents: ${taken.length} of ${blocks.length} blocks of code run, ${plain.length} are listed as plain.`,
  );
});
