import { expect, test } from 'vitest';
import { mergeRanges, secondsIn, type TimeRange } from '../../../packages/server/src/time-ranges.ts';

test.each<[string, TimeRange[], TimeRange[]]>([
  ['nothing', [], []],
  ['one', [[1, 2]], [[1, 2]]],
  [
    'in any order, and of two digits',
    [
      [10, 12],
      [2, 3],
    ],
    [
      [2, 3],
      [10, 12],
    ],
  ],
  [
    'that touch',
    [
      [0, 2],
      [2, 4],
    ],
    [[0, 4]],
  ],
  [
    'whose ends were computed otherwise',
    [
      [0, 0.1 + 0.2],
      [0.3, 0.4],
      [0.4 + 1e-14, 0.5],
    ],
    [[0, 0.5]],
  ],
  [
    'that are as far apart as what counts as touching',
    [
      [0, 1],
      [1 + Number.EPSILON * 1024, 2],
    ],
    [[0, 2]],
  ],
  [
    'one inside another',
    [
      [0, 9],
      [2, 3],
    ],
    [[0, 9]],
  ],
  [
    'with a gap',
    [
      [0, 1],
      [1.001, 2],
    ],
    [
      [0, 1],
      [1.001, 2],
    ],
  ],
])('the union of ranges: %s', (_, ranges, union) => {
  expect(mergeRanges(ranges)).toEqual(union);
});

test('the seconds of a union count once, to the millisecond', () => {
  expect(secondsIn([])).toBe(0);
  expect(
    secondsIn([
      [10, 12.00049],
      [11, 13.5],
      [20, 20.0006],
    ]),
  ).toBe(3.501);
});
