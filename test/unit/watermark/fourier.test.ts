import { describe, expect, test } from 'vitest';
import { FourierTransform } from '../../../packages/watermark/src/fourier.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { largestDifference } from './sounds.ts';

interface Spectrum {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** The definition. */
function plainTransform({ real, imaginary }: Spectrum): Spectrum {
  const { length } = real;
  const result = { real: new Float64Array(length), imaginary: new Float64Array(length) };
  for (let k = 0; k < length; k += 1) {
    let re = 0;
    let im = 0;
    for (let n = 0; n < length; n += 1) {
      const angle = (-2 * Math.PI * ((k * n) % length)) / length;
      re += (real[n] as number) * Math.cos(angle) - (imaginary[n] as number) * Math.sin(angle);
      im += (real[n] as number) * Math.sin(angle) + (imaginary[n] as number) * Math.cos(angle);
    }
    result.real[k] = re;
    result.imaginary[k] = im;
  }
  return result;
}

function randomNumbers(length: number): Spectrum {
  const random = seededRandom(`transform of ${length}`);
  return {
    real: Float64Array.from({ length }, () => random.normal()),
    imaginary: Float64Array.from({ length }, () => random.normal()),
  };
}

describe.each([4, 8, 16, 256, 1024])('a transform of %s points', length => {
  const fourier = new FourierTransform(length);

  test('is the sum of the definition', () => {
    const values = randomNumbers(length);
    const expected = plainTransform(values);
    fourier.forward(values.real, values.imaginary);
    expect(largestDifference(values.real, expected.real)).toBeLessThan(1e-10 * length);
    expect(largestDifference(values.imaginary, expected.imaginary)).toBeLessThan(1e-10 * length);
  });

  test('comes back as its length times what it was', () => {
    const values = randomNumbers(length);
    const original = randomNumbers(length);
    fourier.forward(values.real, values.imaginary);
    fourier.inverse(values.real, values.imaginary);
    const back = (part: Float64Array): Float64Array => part.map(value => value / length);
    expect(largestDifference(back(values.real), original.real)).toBeLessThan(1e-12);
    expect(largestDifference(back(values.imaginary), original.imaginary)).toBeLessThan(1e-12);
  });
});

test('the longest in use, 4096 points, finds one wave', () => {
  const length = 4096;
  const real = Float64Array.from({ length }, (_, n) => Math.cos((2 * Math.PI * 777 * n) / length));
  const imaginary = new Float64Array(length);
  new FourierTransform(length).forward(real, imaginary);
  const expected = new Float64Array(length);
  expected[777] = length / 2;
  expected[length - 777] = length / 2;
  expect(largestDifference(real, expected)).toBeLessThan(1e-8);
  expect(largestDifference(imaginary, new Float64Array(length))).toBeLessThan(1e-8);
});

test.each([0, 1, 2, 3, 6, 1000, -8, 4.5, Number.NaN])('%s points are refused', length => {
  expect(() => new FourierTransform(length)).toThrow(RangeError);
});
