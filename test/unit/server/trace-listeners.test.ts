import { describe, expect, test } from 'vitest';
import { sumBits } from '@secure-call/watermark/detector';
import { type ReadPackaging, rankListeners } from '../../../packages/server/src/trace-listeners.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { codesOf } from '../watermark/marked-call.ts';

const SEGMENTS = 85;
const SEGMENT_SECONDS = 2.048;
/** Chips of all bands in a segment. */
const CHIPS = 42 * 8;

const bitsOf = (code: ArrayLike<number>, ratio = 30): ReadPackaging['bits'] =>
  Array.from(code, (bit, place) => ({
    index: place + 1,
    chips: CHIPS,
    ratio: ratio * bit,
    energy: 0,
    common: 0,
    commonEnergy: 0,
  }));

/** A packaging as far as ranking looks at it: people "nurse-1" on, who had keys of some segments. */
function packagingOf(
  codes: readonly Int8Array<ArrayBuffer>[],
  bits: ReadPackaging['bits'],
  leased: readonly (readonly [number, number])[] = [[1, SEGMENTS]],
): ReadPackaging {
  const session = { name: 'Anna Lind', unit: { id: 'unit-1', name: 'Advice line' }, segments: leased };
  const candidates = codes.map((code, place) => ({
    iss: 'https://ehr.example',
    sub: `nurse-${place + 1}`,
    code,
    sessions: [session],
  }));
  const biases = new Float64Array(SEGMENTS).fill(0.5);
  const track = { segmentSamples: 16_384, sampleRateHz: 8000 };
  const material = { candidates, forensic: { biases } };
  return { packaging: { row: { call: 'call', rev: 1 }, track }, bits, material } as unknown as ReadPackaging;
}

const codes = codesOf(1000, SEGMENTS, 'a thousand listeners');
const namesIn = (read: readonly ReadPackaging[]): string[] =>
  rankListeners(read)
    .filter(({ named }) => named)
    .map(({ sub }) => sub);

test('one in a thousand is named from 40 segments on', () => {
  const heard = bitsOf(codes[320] ?? []);
  expect(namesIn([packagingOf(codes, heard.slice(10, 49))])).toEqual([]);
  expect(namesIn([packagingOf(codes, heard.slice(10, 51))])).toEqual(['nurse-321']);
});

test('everyone in every packaging shares the bound', () => {
  const heard = bitsOf(codes[320] ?? []).slice(10, 51);
  const [alone] = rankListeners([packagingOf(codes, heard)]);
  const [beside] = rankListeners([
    packagingOf(codes, heard),
    packagingOf(codesOf(500, SEGMENTS, 'others'), []),
  ]);
  expect(beside?.sub).toBe('nurse-321');
  expect(beside?.score).toBeCloseTo(alone?.score ?? 0, 9);
  expect((beside?.falsePositiveBound ?? 0) / (alone?.falsePositiveBound ?? 1)).toBeCloseTo(1.5, 6);
});

test('of 200 pairs who splice their segments nobody innocent is named', () => {
  const random = seededRandom('splices');
  for (let trial = 0; trial < 200; trial += 1) {
    const guilty = [random.below(500), 500 + random.below(500)];
    const spliced = Array.from(
      { length: SEGMENTS },
      (_, at) => codes[guilty[random.below(2)] ?? 0]?.[at] ?? 1,
    );
    for (const name of namesIn([packagingOf(codes, bitsOf(spliced))]))
      expect(guilty.map(place => `nurse-${place + 1}`)).toContain(name);
  }
});

describe('seconds', () => {
  test('are those of segments that say something, and how many of them were leased', () => {
    const heard = bitsOf(codes[0] ?? []).slice(0, 50);
    const faint = bitsOf(codes[0] ?? [], 0.01).slice(50);
    const [first] = rankListeners([packagingOf(codes, [...heard, ...faint], [[1, 20]])]);
    expect(first).toMatchObject({ sub: 'nurse-1', named: true, agreed: 50, differing: 0, leased: false });
    expect(first?.seconds).toBeCloseTo(50 * 42 * 0.048, 6);
    expect(first?.leasedSeconds).toBeCloseTo(20 * 42 * 0.048, 6);
    const [all] = rankListeners([
      packagingOf(codes, heard, [
        [1, 20],
        [21, 50],
      ]),
    ]);
    expect(all).toMatchObject({ leased: true, leasedSeconds: all?.seconds });
  });

  test('that are in several clips count once, and their bits add up', () => {
    const half = bitsOf(codes[0] ?? [], 3).slice(0, 50);
    const summed = sumBits([half, half.slice(10)]);
    expect(summed).toHaveLength(50);
    expect(summed[0]).toEqual(half[0]);
    expect(summed[20]).toMatchObject({ index: 21, chips: 2 * CHIPS, ratio: 2 * (half[20]?.ratio ?? 0) });
    const [first] = rankListeners([packagingOf(codes, summed)]);
    expect(first?.seconds).toBeLessThanOrEqual(50 * SEGMENT_SECONDS);
  });
});
