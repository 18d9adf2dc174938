import { expect, test } from 'vitest';
import { RealSpectrum } from '../../../packages/watermark/src/real-spectrum.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';

const random = seededRandom('real spectrum');

/** One bin by the definition. */
function plainBin(frame: readonly number[], bin: number): { re: number; im: number } {
  const angle = (index: number): number => (-2 * Math.PI * ((bin * index) % frame.length)) / frame.length;
  return {
    re: frame.reduce((sum, value, index) => sum + value * Math.cos(angle(index)), 0),
    im: frame.reduce((sum, value, index) => sum + value * Math.sin(angle(index)), 0),
  };
}

test.each([
  [8, 3],
  [256, 127],
  [1024, 85],
])('a frame of %s samples has the bins of the definition up to %s', (length, topBin) => {
  const spectrum = new RealSpectrum(length, topBin);
  for (const oldest of [0, 1, length - 3]) {
    const ring = Array.from({ length }, () => random.normal());
    const window = Array.from({ length }, () => random.uniform());
    spectrum.measure(ring, oldest, window);
    const frame = window.map((weight, index) => weight * (ring[(oldest + index) % length] as number));
    for (let bin = 1; bin <= topBin; bin += 1) {
      const { re, im } = plainBin(frame, bin);
      expect(spectrum.real[bin]).toBeCloseTo(re, 9);
      expect(spectrum.imaginary[bin]).toBeCloseTo(im, 9);
    }
  }
});
