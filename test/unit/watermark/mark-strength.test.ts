import { describe, expect, test } from 'vitest';
import { MarkStrength } from '../../../packages/watermark/src/mark-strength.ts';
import { BAND_COUNT, isClientBand } from '../../../packages/watermark/src/tile-grid.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { largestDifference } from './sounds.ts';
import { plainStrengths } from './plain-embedder.ts';

const HOP_SECONDS = 256 / 48000;
const CLIENT = Array.from({ length: BAND_COUNT }, (_, band) => band).filter(isClientBand);
const random = seededRandom('levels');

/** A voice's levels as they come and go: loud and quiet, steep and flat. */
function frames(count: number): { levels: Float64Array; energy: number }[] {
  return Array.from({ length: count }, (_, frame) => {
    const loudness = 20 * Math.sin(frame / 40) - 15 * (frame % 97 > 70 ? 3 : 0);
    const levels = Float64Array.from(
      { length: BAND_COUNT },
      (_, band) => loudness - band * random.uniform() * 2 + 8 * random.normal(),
    );
    const inBands = levels.reduce((sum, level) => sum + 10 ** (level / 10), 0);
    return { levels, energy: inBands * (1 + random.uniform()) };
  });
}

function followed(bands: readonly number[], given: ReturnType<typeof frames>): Float64Array[] {
  const strength = new MarkStrength(bands, HOP_SECONDS);
  return given.map(({ levels, energy }) => {
    const values = levels.map(level => 10 ** (level / 10));
    strength.follow(values, energy);
    return values;
  });
}

describe.each([
  ['the bands of the real-time mark', CLIENT],
  ['all bands', [...Array(BAND_COUNT).keys()]],
])('with %s', (_, bands) => {
  const given = frames(400);
  const strengths = followed(bands, given);

  test('strengths are those of the plain formula', () => {
    const memory = { masking: -90, loudness: -90 };
    const marked = Array.from({ length: BAND_COUNT }, (_, band) => bands.includes(band));
    for (const [index, { levels, energy }] of given.entries()) {
      const expected = plainStrengths([...levels], energy, marked, HOP_SECONDS, memory);
      const actual = strengths[index] as Float64Array;
      expect(
        largestDifference(
          bands.map(band => actual[band] as number),
          bands.map(band => expected[band] as number),
        ),
      ).toBeLessThan(1e-9);
    }
  });

  // The budget is -20.7 dB; the loudest moments may spend 1.6 times the amplitude.
  test('the change keeps to its share of the energy, -20.7 dB, and 4.1 dB more at the loudest', () => {
    const shares = given.map(({ levels, energy }, index) => {
      const change = bands.reduce((sum, band) => {
        const nepers = ((strengths[index] as Float64Array)[band] as number) * (Math.LN10 / 20);
        return sum + 10 ** ((levels[band] as number) / 10) * nepers ** 2;
      }, 0);
      return 10 * Math.log10(change / energy);
    });
    const most = Math.max(...shares);
    expect(most).toBeLessThan(-20.7 + 4.1);
    expect(most).toBeGreaterThan(-20.7);
  });

  test('over all bands the root mean square is 1.34 dB at most, and 1.6 times that at the loudest', () => {
    for (const values of strengths) {
      const squares = bands.reduce((sum, band) => sum + (values[band] as number) ** 2, 0);
      expect(Math.sqrt(squares / BAND_COUNT)).toBeLessThan(1.6 * 1.34 + 1e-9);
    }
  });

  test('every strength lies between 0 and three times the greatest', () => {
    for (const values of strengths)
      for (const band of bands) {
        expect(values[band]).toBeGreaterThan(0);
        expect(values[band]).toBeLessThanOrEqual(3 * 1.9);
      }
  });
});

test('volume does not matter: the same sound 40 dB louder is marked alike', () => {
  const given = frames(200);
  const louder = given.map(({ levels, energy }) => ({
    levels: levels.map(level => level + 40),
    energy: energy * 1e4,
  }));
  const [one, other] = [followed(CLIENT, given), followed(CLIENT, louder)];
  for (const [index, values] of one.entries())
    expect(
      largestDifference(
        values.filter((_, band) => isClientBand(band)),
        (other[index] as Float64Array).filter((_, band) => isClientBand(band)),
      ),
    ).toBeLessThan(1e-4);
});

test('a band beside a loud one is marked more strongly than the loud one', () => {
  const levels = new Float64Array(BAND_COUNT).fill(-20);
  levels[3] = 10;
  const [values] = followed(CLIENT, [{ levels, energy: 11 }]);
  expect((values?.[4] as number) / (values?.[3] as number)).toBeGreaterThan(2.5);
});
