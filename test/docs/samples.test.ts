import { expect, test } from 'vitest';
import { compiledBlocks, compilerFaults } from './compiled-samples.ts';

test('every sample in TypeScript, JavaScript and JSX compiles against the packages as they ship', async () => {
  expect(await compilerFaults()).toEqual([]);
  expect(compiledBlocks().length).toBeGreaterThan(20);
});
