import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const consumers = at('../consumers');
const text = readFileSync(at('../../docs/embedding.md'), 'utf8');

/** Code in the documentation; commands and policies have no application. */
const samples = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)]
  .filter(([, language]) => language !== 'text' && language !== 'sh')
  .map(([, , code = '']) => code);

const files = readdirSync(consumers, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile())
  .map(entry => join(entry.parentPath, entry.name));

/** Lines that are not empty. */
const linesOf = (file: string): readonly string[] =>
  readFileSync(join(consumers, file), 'utf8')
    .split('\n')
    .filter(line => line.trim() !== '');

test('every sample is a file of an application that is built and played', () => {
  const contents = new Set(files.map(file => readFileSync(file, 'utf8')));
  expect(samples.length).toBeGreaterThan(12);
  expect(samples.filter(sample => !contents.has(sample))).toEqual([]);
});

test.each(['html', 'vite', 'webpack', 'rollup', 'esbuild', 'react', 'next', 'vue', 'svelte'])(
  'the documentation shows the application of %s',
  name => {
    const own = files
      .filter(file => file.startsWith(join(consumers, name)))
      .map(file => readFileSync(file, 'utf8'));
    expect(own.some(content => samples.includes(content))).toBe(true);
  },
);

test('ten lines of HTML embed the element, and as many of script say which call and who grants it', () => {
  expect(linesOf('html/index.html').length).toBeLessThanOrEqual(10);
  expect(linesOf('html/call.js').length).toBeLessThanOrEqual(10);
});
