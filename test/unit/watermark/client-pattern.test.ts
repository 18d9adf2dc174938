import { describe, expect, test } from 'vitest';
import { clientPattern } from '../../../packages/watermark/src/client-pattern.ts';
import { keyedTiles, SYNC } from '../../../packages/watermark/src/keyed-tiles.ts';
import { encodeId } from '../../../packages/watermark/src/tail-biting-code.ts';
import { keyFrom, largestDifference } from './sounds.ts';

const key = keyFrom('pattern');

test.each([0, 1, 0xdead_beef, 0xffff_ffff])('id %s turns the tiles of its symbols and no other', async id => {
  const pattern = await clientPattern(key, id);
  const { chips, roles } = await keyedTiles(key);
  const symbols = encodeId(id);
  const expected = chips.map((chip, tile) => {
    const role = roles[tile] as number;
    return role >= 0 ? chip * (symbols[role] as number) : chip;
  });
  expect(largestDifference(pattern, expected)).toBe(0);
});

test('two ids have the same synchronisation chips', async () => {
  const [first, second] = await Promise.all([clientPattern(key, 1), clientPattern(key, 2)]);
  const { roles } = await keyedTiles(key);
  const differing = [...first].flatMap((chip, tile) =>
    chip === second[tile] ? [] : [roles[tile] as number],
  );
  expect(differing.length).toBeGreaterThan(10_000);
  expect(differing).not.toContain(SYNC);
});

describe('what is not a key or an id is refused', () => {
  test.each([0, 16, 31, 33, 64])('%s bytes of key', async length => {
    await expect(clientPattern(new Uint8Array(length), 1)).rejects.toThrow(RangeError);
  });

  test.each([-1, 0.5, 2 ** 32, Number.NaN, Infinity])('id %s', async id => {
    await expect(clientPattern(key, id)).rejects.toThrow(RangeError);
  });
});
