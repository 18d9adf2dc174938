import { odds } from '@secure-call/server';
import { expect, test } from 'vitest';

test.each([
  [1, 'one in one'],
  [0.2, 'one in one'],
  [0.1, 'one in 10'],
  [0.004, 'one in 100'],
  [1e-6, 'one in a million'],
  [1e-9, 'one in a thousand million'],
  [2.8e-11, 'one in 10 thousand million'],
  [1e-12, 'one in a million million'],
  [1e-40, 'less than one in a million million'],
  [0, 'less than one in a million million'],
])('a probability of %s is at most %s', (bound, words) => {
  expect(odds(bound)).toBe(words);
});
