import { describe, expect, test } from 'vitest';
import { correlate } from '../../../packages/watermark/src/detector/id-decoder.ts';
import {
  LARGEST_NEIGHBOUR_ODDS,
  neighbourOdds,
} from '../../../packages/watermark/src/detector/neighbour-odds.ts';
import { SoftSymbols } from '../../../packages/watermark/src/detector/soft-symbols.ts';
import { encodeId } from '../../../packages/watermark/src/tail-biting-code.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';

const random = seededRandom('neighbours');

/** Symbols of `id` that say so with a strength each, on tiles of the given energy. */
function softOf(id: number, strengthOf: (symbol: number) => number, energy: number): SoftSymbols {
  const soft = new SoftSymbols();
  encodeId(id).forEach((sign, symbol) => (soft.sums[symbol] = sign * strengthOf(symbol)));
  soft.energy = energy;
  return soft;
}

const oddsOf = (soft: SoftSymbols, id: number): number => neighbourOdds(soft, id, correlate(soft.sums, id));

const rotated = (value: number, by: number): number =>
  ((value << by) | (by === 0 ? 0 : value >>> (32 - by))) >>> 0;

const distance = (one: number, other: number): number => {
  const word = encodeId(other);
  return encodeId(one).filter((symbol, at) => symbol !== word[at]).length;
};

/** Every id that differs in a run of up to 12 bits, anywhere on the circle, and in up to 64 symbols; and the complement. */
function neighboursOf(id: number): number[] {
  const neighbours = [~id >>> 0];
  for (let run = 1; run < 1 << 12; run += 2) {
    if (distance(0, run) > 64) continue;
    for (let by = 0; by < 32; by += 1) neighbours.push((id ^ rotated(run, by)) >>> 0);
  }
  return neighbours;
}

test('odds are the sum over neighbours of how much better the id fits than they', () => {
  const id = 0x1bad_cafe;
  const soft = softOf(id, () => 0.4 + 0.5 * random.normal(), 400);
  const correlation = correlate(soft.sums, id);
  const amplitude = correlation / 400;
  const expected = neighboursOf(id).reduce(
    (odds, other) => odds + Math.exp(-amplitude * (correlation - correlate(soft.sums, other))),
    0,
  );
  expect(Math.abs(oddsOf(soft, id) / expected - 1)).toBeLessThan(1e-6);
});

test('an id that was read clearly has small odds, one that was read faintly has not', () => {
  expect(
    oddsOf(
      softOf(7, () => 1, 192),
      7,
    ),
  ).toBeLessThan(1e-25);
  expect(
    oddsOf(
      softOf(7, () => 0.1, 192),
      7,
    ),
  ).toBeGreaterThan(1);
});

describe('an id is in doubt', () => {
  const id = 0xdead_beef;

  test('when the symbols of one bit are missing', () => {
    const other = (id ^ 0x10) >>> 0;
    const [one, two] = [encodeId(id), encodeId(other)];
    const soft = softOf(id, symbol => (one[symbol] === two[symbol] ? 1 : 0), 192);
    expect(oddsOf(soft, id)).toBeGreaterThanOrEqual(1);
  });

  // All other symbols may be as clear as one likes: the complement has the same.
  test('when the symbols of the one generator that tells it from its complement are missing', () => {
    const soft = softOf(id, symbol => (symbol % 6 === 0 ? 0 : 1), 160);
    expect(oddsOf(soft, id)).toBeGreaterThanOrEqual(1);
    expect(oddsOf(soft, id)).toBeGreaterThan(LARGEST_NEIGHBOUR_ODDS);
  });
});
