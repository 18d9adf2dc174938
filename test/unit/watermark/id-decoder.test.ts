import { describe, expect, test } from 'vitest';
import { correlate, IdDecoder } from '../../../packages/watermark/src/detector/id-decoder.ts';
import { encodeId } from '../../../packages/watermark/src/tail-biting-code.ts';
import { seededRandom, type SeededRandom } from '../../bench/watermark/seeded-random.ts';
import { runs } from '../../support/run-counts.ts';

const decoder = new IdDecoder();

/** Symbols as they arrive: the id's, each with normal noise. */
function received(id: number, deviation: number, random: SeededRandom): Float64Array {
  return Float64Array.from(encodeId(id), symbol => symbol + deviation * random.normal());
}

test('what was encoded is decoded', () => {
  const random = seededRandom('decoder without noise');
  const ids = [
    0,
    1,
    0x8000_0000,
    0xffff_ffff,
    ...Array.from({ length: runs(60) }, () => random.below(2 ** 32)),
  ];
  for (const id of ids) {
    expect(decoder.decode(Float64Array.from(encodeId(id)))).toEqual({ id, correlation: 192 });
  }
});

// Energy a bit over noise density: 6 symbols of energy 1 a bit, noise density 2 deviation^2. At 4 dB a code of this constraint
// length has less than one error in a thousand words.
test('at 4 dB above the noise a bit, every word is right', () => {
  const random = seededRandom('decoder at 4 dB');
  const deviation = Math.sqrt(6 / (2 * 10 ** 0.4));
  for (let run = 0; run < runs(150); run += 1) {
    const id = random.below(2 ** 32);
    expect(decoder.decode(received(id, deviation, random)).id).toBe(id);
  }
});

test('at 1.5 dB most words are right', () => {
  const random = seededRandom('decoder at 1.5 dB');
  const deviation = Math.sqrt(6 / (2 * 10 ** 0.15));
  let right = 0;
  for (let run = 0; run < runs(150); run += 1) {
    const id = random.below(2 ** 32);
    if (decoder.decode(received(id, deviation, random)).id === id) right += 1;
  }
  expect(right).toBeGreaterThan(runs(150) * 0.9);
});

describe('in noise', () => {
  const random = seededRandom('decoder in noise');

  test('no id that differs from the decoded one in one or two bits fits better', () => {
    for (let run = 0; run < 10; run += 1) {
      const soft = received(random.below(2 ** 32), 1.5, random);
      const { id, correlation } = decoder.decode(soft);
      expect(correlation).toBeCloseTo(correlate(soft, id), 9);
      for (let first = 0; first < 32; first += 1)
        for (let second = first; second < 32; second += 1) {
          const other = (id ^ (1 << first) ^ (second === first ? 0 : 1 << second)) >>> 0;
          expect(correlate(soft, other)).toBeLessThanOrEqual(correlation + 1e-9);
        }
    }
  });

  // With 24 bits that the symbols leave no doubt about, the best of the other 256 ids is the best of all.
  test('with eight bits in doubt, the answer is the best of all 256', () => {
    for (let run = 0; run < 20; run += 1) {
      const truth = random.below(2 ** 32);
      const soft = Float64Array.from(encodeId(truth), (symbol, at) => {
        const bit = Math.floor(at / 6);
        return bit >= 12 && bit < 30 ? random.normal() : 8 * symbol;
      });
      let best = { id: 0, correlation: -Infinity };
      for (let free = 0; free < 256; free += 1) {
        const id = ((truth & ~(0xff << 12)) | (free << 12)) >>> 0;
        const correlation = correlate(soft, id);
        if (correlation > best.correlation) best = { id, correlation };
      }
      expect(decoder.decode(soft).id).toBe(best.id);
    }
  });
});

test('a decoder keeps nothing of the word before', () => {
  const random = seededRandom('decoder twice');
  const first = received(12345, 2, random);
  const second = received(987654321, 2, random);
  const alone = new IdDecoder().decode(second);
  decoder.decode(first);
  expect(decoder.decode(second)).toEqual(alone);
});
