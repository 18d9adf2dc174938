import { expect, test } from 'vitest';
import { PermittedRanges } from '../../../packages/player/src/permitted-ranges.ts';

test('without ranges everything may be heard', () => {
  const all = new PermittedRanges(undefined, 60);
  expect(all.endSeconds).toBe(60);
  expect([-1, 0, 30, 60, 61].map(seconds => all.nearest(seconds))).toEqual([0, 0, 30, 60, 60]);
  expect([0, 59.9, 60].map(seconds => all.jumpFrom(seconds))).toEqual([undefined, undefined, undefined]);
});

test('with ranges positions are kept inside them', () => {
  const some = new PermittedRanges(
    [
      [40, 90],
      [10, 20],
      [70, 70],
    ],
    60,
  );
  expect(some.endSeconds).toBe(60);
  expect([0, 15, 29, 31, 99].map(seconds => some.nearest(seconds))).toEqual([10, 15, 20, 40, 60]);
  expect([0, 10, 19.9, 20, 30, 40, 60].map(seconds => some.jumpFrom(seconds))).toEqual([
    10,
    undefined,
    undefined,
    40,
    40,
    undefined,
    undefined,
  ]);
});

test('ranges outside the recording permit nothing', () => {
  const none = new PermittedRanges([[70, 80]], 60);
  expect(none.endSeconds).toBe(0);
  expect(none.nearest(30)).toBe(0);
});
