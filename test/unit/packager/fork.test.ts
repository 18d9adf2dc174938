import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fork } from '../../../packages/packager/src/fork.ts';

async function* pairs(count: number, ended: () => void = () => undefined) {
  try {
    for (let index = 0; index < count; index += 1) yield [`a${index}`, `b${index}`] as const;
  } finally {
    ended();
  }
}

const named = (letter: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => letter + index);

test('each reader gets what is meant for it, in order, whoever asks first and how often', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(12), fc.array(fc.nat(1), { maxLength: 40 }), async (count, order) => {
      const readers = fork(pairs(count), 2);
      const taken: string[][] = [[], []];
      const take = async (reader: number): Promise<boolean> => {
        const { done, value } = (await readers[reader]?.next()) ?? { done: true, value: undefined };
        if (!done) taken[reader]?.push(value);
        return !done;
      };
      for (const reader of order) await take(reader);
      for (const reader of [0, 1]) while (await take(reader));
      expect(taken).toEqual([named('a', count), named('b', count)]);
    }),
  );
});

test('both may wait for the same item', async () => {
  const [first, second] = fork(pairs(1), 2);
  const both = await Promise.all([first?.next(), second?.next()]);
  expect(both.map(result => result?.value)).toEqual(['a0', 'b0']);
});

test('the source ends when a reader stops, and its fault reaches who asks', async () => {
  let ends = 0;
  const [first, second] = fork(
    pairs(5, () => (ends += 1)),
    2,
  );
  await first?.next();
  await first?.return();
  expect(ends).toBe(1);
  expect(await second?.next()).toMatchObject({ value: 'b0' });
  expect(await second?.next()).toMatchObject({ done: true });

  async function* broken(): AsyncGenerator<readonly string[], void, undefined> {
    yield ['a', 'b'];
    throw new Error('broken');
  }
  const [one] = fork(broken(), 2);
  await one?.next();
  await expect(one?.next()).rejects.toThrow('broken');
});
