import { describe, expect, test } from 'vitest';
import {
  CODE_SYMBOLS,
  encodeId,
  GENERATORS,
  ID_BITS,
  parity,
} from '../../../packages/watermark/src/tail-biting-code.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';

const random = seededRandom('ids');
const ids = [0, 1, 0x8000_0000, 0xffff_ffff, ...Array.from({ length: 200 }, () => random.below(2 ** 32))];

/** Symbol k of bit b is the sum, modulo 2, of those of the last eleven bits, on a circle, that generator k taps. */
function plainCode(id: number): number[] {
  const bits = id.toString(2).padStart(32, '0').split('').reverse().map(Number);
  return bits.flatMap((_, bit) =>
    GENERATORS.map(generator => {
      const taps = generator.toString(2).padStart(11, '0').split('').reverse().map(Number);
      const ones = taps.reduce((sum, tap, age) => sum + tap * (bits[(bit - age + 32) % 32] as number), 0);
      return ones % 2 === 1 ? 1 : -1;
    }),
  );
}

test('an id has the symbols of the definition', () => {
  for (const id of ids) expect([...encodeId(id)]).toEqual(plainCode(id));
});

test('the code is linear: the product of two words with the word of 0 is a word', () => {
  const zero = encodeId(0);
  for (const [index, first] of ids.entries()) {
    const second = ids[(index * 7 + 3) % ids.length] as number;
    const other = encodeId(second);
    const product = encodeId(first).map(
      (symbol, at) => symbol * (other[at] as number) * (zero[at] as number),
    );
    expect(product).toEqual(encodeId((first ^ second) >>> 0));
  }
});

test('turning an id by a bit turns its word by six symbols', () => {
  for (const id of ids) {
    const word = encodeId(id);
    const turned = encodeId(((id << 1) | (id >>> 31)) >>> 0);
    expect([...turned.slice(6), ...turned.slice(0, 6)]).toEqual([...word]);
  }
});

describe('ids that differ', () => {
  const zero = encodeId(0);
  const distanceOf = (difference: number): number => {
    const word = encodeId(difference >>> 0);
    return zero.reduce((distance, symbol, at) => distance + (symbol === word[at] ? 0 : 1), 0);
  };

  test('in a short run of bits differ in 43 symbols or more', () => {
    let least = CODE_SYMBOLS;
    for (let run = 1; run < 1 << 14; run += 2) least = Math.min(least, distanceOf(run));
    expect(least).toBe(43);
  });

  test('in all bits differ in 32 symbols only, which the detector has to know', () => {
    expect(distanceOf(0xffff_ffff)).toBe(32);
  });

  test('at random are far apart', () => {
    for (const id of ids.filter(value => value !== 0 && value !== 0xffff_ffff)) {
      expect(distanceOf(id)).toBeGreaterThanOrEqual(43);
    }
  });
});

describe('parity', () => {
  test.each([
    [0, 0],
    [1, 1],
    [3, 0],
    [0x8000_0000, 1],
    [0xffff_ffff, 0],
    [0xffff_fffe, 1],
  ])('of %s is %s', (value, expected) => {
    expect(parity(value)).toBe(expected);
  });
});

test('sizes fit together', () => {
  expect(CODE_SYMBOLS).toBe(ID_BITS * GENERATORS.length);
});
