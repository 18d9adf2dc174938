import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type KeyedTiles, keyedTiles, SYNC, UNUSED } from '../../../packages/watermark/src/keyed-tiles.ts';
import { BAND_COUNT, isClientBand, PERIOD_CHIPS } from '../../../packages/watermark/src/tile-grid.ts';
import vectors from '../../vectors/watermark-tiles.json' with { type: 'json' };
import { keyFrom } from './sounds.ts';

const sha256 = (bytes: NodeJS.ArrayBufferView): string => createHash('sha256').update(bytes).digest('hex');

function columns(values: Int8Array | Int16Array, from: number, to: number): number[][] {
  return Array.from({ length: to - from }, (_, index) => [
    ...values.subarray((from + index) * BAND_COUNT, (from + index + 1) * BAND_COUNT),
  ]);
}

const countOf = (values: Iterable<number>, value: number): number =>
  [...values].filter(each => each === value).length;

describe('tiles are those of an independent reading', () => {
  test.each(vectors)('of key $key', async vector => {
    const { chips, roles } = await keyedTiles(Uint8Array.from(Buffer.from(vector.key, 'hex')));
    expect(columns(chips, 0, 2)).toEqual(vector.firstChips);
    expect(columns(roles, 0, 2)).toEqual(vector.firstRoles);
    expect(sha256(chips)).toBe(vector.chipsSha256);
    expect(sha256(roles)).toBe(vector.rolesSha256);
  });
});

describe.each(['a key', 'another key'])('of %s', seed => {
  const made = keyedTiles(keyFrom(seed));

  test('each chip column has four synchronisation tiles and twelve symbols', async () => {
    const { roles } = await made;
    const counts = columns(roles, 0, PERIOD_CHIPS).map(
      column => `${countOf(column, SYNC)} and ${countOf(column, UNUSED)}`,
    );
    expect([...new Set(counts)]).toEqual(['4 and 8']);
  });

  test('each group of sixteen columns has every code symbol once', async () => {
    const { roles } = await made;
    for (let first = 0; first < PERIOD_CHIPS; first += 16) {
      const group = roles.subarray(first * BAND_COUNT, (first + 16) * BAND_COUNT);
      const symbols = group.filter(role => role >= 0).sort();
      expect(symbols).toEqual(Int16Array.from({ length: 192 }, (_, symbol) => symbol));
    }
  });

  test('bands of the forensic mark are left alone, all others have a sign', async () => {
    const { chips, roles } = await made;
    const wrong = [...chips.keys()].filter(tile => {
      const isClient = isClientBand(tile % BAND_COUNT);
      return Math.abs(chips[tile] as number) !== (isClient ? 1 : 0) || (roles[tile] === UNUSED) === isClient;
    });
    expect(wrong).toEqual([]);
  });

  // 65,536 signs: four standard deviations of chance are 0.8 %.
  test('signs are as often up as down, in every band', async () => {
    const { chips } = await made;
    expect(chips.reduce((sum, chip) => sum + chip, 0) / 65_536).toBeCloseTo(0, 1.5);
    for (let band = 0; band < BAND_COUNT; band += 1) {
      const sum = chips.reduce((total, chip, tile) => total + (tile % BAND_COUNT === band ? chip : 0), 0);
      expect(Math.abs(sum)).toBeLessThan(5 * Math.sqrt(PERIOD_CHIPS));
    }
  });
});

/** Share of tiles that carry a sign in both and have the same. */
function agreement(first: KeyedTiles, second: KeyedTiles): number {
  let same = 0;
  for (let tile = 0; tile < first.chips.length; tile += 1) {
    if (first.chips[tile] !== 0 && first.chips[tile] === second.chips[tile]) same += 1;
  }
  return same / 65_536;
}

test('keys that differ in one bit share no more than chance gives them', async () => {
  const key = keyFrom('a key');
  const other = key.slice();
  other[31] = (other[31] as number) ^ 1;
  const [first, second, again] = await Promise.all([keyedTiles(key), keyedTiles(other), keyedTiles(key)]);
  expect(agreement(first, again)).toBe(1);
  expect(Math.abs(agreement(first, second) - 0.5)).toBeLessThan(0.01);
  const sameRole = first.roles.filter((role, tile) => role === SYNC && second.roles[tile] === SYNC).length;
  expect(Math.abs(sameRole / (4 * PERIOD_CHIPS) - 0.25)).toBeLessThan(0.02);
});
