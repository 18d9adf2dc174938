import { describe, expect, test } from 'vitest';
import { resample } from '../../../packages/watermark/src/detector/resample.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { largestDifference, noise, sine } from './sounds.ts';

/** Without the ends, where half of the filter has nothing to look at. */
const middle = (samples: Float32Array): Float32Array => samples.subarray(200, samples.length - 200);

const level = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

/** Gain of a tone in dB. */
function gain(frequencyHz: number, fromHz: number, toHz: number): number {
  const tone = sine(frequencyHz, fromHz, 0.5);
  return 20 * Math.log10(level(middle(resample(tone, fromHz, toHz))) / level(middle(tone)));
}

const RATES: readonly (readonly [number, number])[] = [
  [44_100, 8000],
  [48_000, 8000],
  [16_000, 8000],
  [8000 * 1.03, 8000],
  [8000 / 1.03, 8000],
  [48_000 / 0.97, 8000],
  [8000, 48_000],
];

describe.each(RATES)('from %s Hz to %s Hz', (fromHz, toHz) => {
  test('a tone keeps its frequency, phase and level', () => {
    const result = resample(sine(1000, fromHz, 0.5), fromHz, toHz);
    const expected = sine(1000, toHz, 0.5);
    const length = Math.min(result.length, expected.length);
    expect(
      largestDifference(middle(result.subarray(0, length)), middle(expected.subarray(0, length))),
    ).toBeLessThan(0.002);
  });

  test('the telephone band is kept', () => {
    for (const hertz of [100, 320, 1000, 2000, 3000])
      expect(Math.abs(gain(hertz, fromHz, toHz))).toBeLessThan(0.1);
    expect(gain(3380, fromHz, toHz)).toBeGreaterThan(-1);
  });

  test('there are as many samples as time asks for', () => {
    expect(resample(new Float32Array(10_000), fromHz, toHz)).toHaveLength(
      Math.floor((10_000 * toHz) / fromHz),
    );
  });
});

describe('what the new rate cannot hold is kept out, lest it fold back', () => {
  test.each([4250, 4400, 4700, 5000, 6000, 7600, 8400, 12_000, 20_000])('%s Hz', hertz => {
    expect(gain(hertz, 48_000, 8000)).toBeLessThan(-44);
    expect(gain(hertz, 44_100, 8000)).toBeLessThan(-44);
  });
});

test('the sum of two sounds comes out as the sum of what comes out of each', () => {
  const random = seededRandom('resample');
  const [first, second] = [noise(4000, 0.2, random), noise(4000, 0.2, random)];
  const sum = first.map((sample, index) => sample + (second[index] as number));
  const parts = [first, second].map(samples => resample(samples, 44_100, 8000)) as [
    Float32Array,
    Float32Array,
  ];
  const expected = parts[0].map((sample, index) => sample + (parts[1][index] as number));
  expect(largestDifference(resample(sum, 44_100, 8000), expected)).toBeLessThan(1e-6);
});

test('at the same rate nothing happens, and nothing becomes nothing', () => {
  const samples = sine(500, 8000, 0.1);
  expect(resample(samples, 8000, 8000)).toEqual(samples);
  expect(resample(new Float32Array(0), 48_000, 8000)).toHaveLength(0);
});
