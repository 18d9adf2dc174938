import { describe, expect, test } from 'vitest';
import { logSpectralDistance } from '../../bench/watermark/quality/log-spectral-distance.ts';
import { noiseToMaskRatio } from '../../bench/watermark/quality/noise-to-mask.ts';
import { roughness } from '../../bench/watermark/quality/roughness.ts';
import { segmentalSnr } from '../../bench/watermark/quality/signal-to-noise.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';

const RATE_HZ = 8000;

/** Noise, long enough that means are steady. */
function noise(seconds: number, level = 0.05): Float32Array<ArrayBuffer> {
  const random = seededRandom('noise of a test');
  return Float32Array.from({ length: seconds * RATE_HZ }, () => level * random.normal());
}

const louderBy = (samples: Float32Array, decibels: number): Float32Array =>
  samples.map(sample => sample * 10 ** (decibels / 20));

const withTremolo = (samples: Float32Array, frequencyHz: number, depth: number): Float32Array =>
  samples.map(
    (sample, index) => sample * (1 + depth * Math.sin((2 * Math.PI * frequencyHz * index) / RATE_HZ)),
  );

/** The change that 1 dB is lies 20 log10(10^(1/20) - 1) = -18.27 dB below the signal. */
const ONE_DECIBEL_SNR = 18.27;

describe('segmental SNR', () => {
  test('of a signal that is 1 dB louder is known', () => {
    const original = noise(2);
    expect(segmentalSnr(original, louderBy(original, 1), RATE_HZ)).toBeCloseTo(ONE_DECIBEL_SNR, 2);
  });

  test('looks at segments where something is said only, and none counts more than 50 dB', () => {
    const half = noise(1);
    const original = Float32Array.from([...half, ...new Float32Array(RATE_HZ)]);
    const noisyPause = original.map((sample, index) => (index < RATE_HZ ? sample : 1e-4));
    expect(segmentalSnr(original, noisyPause, RATE_HZ)).toBeCloseTo(50, 6);
  });
});

describe('log-spectral distance', () => {
  test.each([1, -1, 2.5])('of a signal that is %s dB louder is that', decibels => {
    const original = noise(2);
    const changed = louderBy(original, decibels);
    expect(logSpectralDistance(original, changed, RATE_HZ)).toBeCloseTo(Math.abs(decibels), 3);
  });

  test('does not hear what lies outside the telephone band', () => {
    const original = noise(2);
    const hum = original.map(
      (sample, index) => sample + 0.01 * Math.sin((2 * Math.PI * 100 * index) / RATE_HZ),
    );
    expect(logSpectralDistance(original, hum, RATE_HZ)).toBeLessThan(0.01);
    const tone = original.map(
      (sample, index) => sample + 0.1 * Math.sin((2 * Math.PI * 1000 * index) / RATE_HZ),
    );
    expect(logSpectralDistance(original, tone, RATE_HZ)).toBeGreaterThan(0.5);
  });
});

describe('noise-to-mask ratio', () => {
  test('of a click train that is louder is known: every bin has the same energy', () => {
    const clicks = Float32Array.from({ length: 4 * RATE_HZ }, (_, index) => (index % 256 === 60 ? 0.5 : 0));
    const bark = (hz: number): number => 13 * Math.atan(0.00076 * hz) + 3.5 * Math.atan((hz / 7500) ** 2);
    const bins = Array.from({ length: 129 }, (_, bin) => Math.floor(bark((bin * RATE_HZ) / 256)));
    const counts = Array.from(
      { length: Math.max(...bins) + 1 },
      (_, band) => bins.filter(b => b === band).length,
    );
    const error = (10 ** (1 / 20) - 1) ** 2;
    const ratios = counts.map((count, masked) => {
      let mask = 0;
      counts.forEach((energy, masker) => {
        const fall = masked >= masker ? 10 * (masked - masker) : 25 * (masker - masked);
        mask += energy * 10 ** (-(fall + 12) / 10);
      });
      return (error * count) / mask;
    });
    const expected = 10 * Math.log10(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length);
    expect(noiseToMaskRatio(clicks, louderBy(clicks, 1), RATE_HZ)).toBeCloseTo(expected, 3);
  });

  test('rises by 6.02 dB when a change is twice as large', () => {
    const original = noise(2);
    const random = seededRandom('change');
    const change = original.map(() => 0.002 * random.normal());
    const by = (factor: number): number =>
      noiseToMaskRatio(
        original,
        original.map((sample, index) => sample + factor * (change[index] ?? 0)),
        RATE_HZ,
      );
    expect(by(2) - by(1)).toBeCloseTo(6.02, 2);
  });
});

describe('roughness', () => {
  test('finds the depth of a tremolo of 20 Hz, in the bands and in the whole', () => {
    const original = noise(8);
    const { depth, broadbandDepth } = roughness(original, withTremolo(original, 20, 0.1), RATE_HZ);
    expect(depth).toBeCloseTo(0.1, 2);
    expect(broadbandDepth).toBeCloseTo(0.1, 2);
  });

  test('does not take a change of volume or a slow or fast tremolo for one', () => {
    const original = noise(8);
    for (const changed of [
      louderBy(original, 3),
      withTremolo(original, 3, 0.1),
      withTremolo(original, 45, 0.1),
    ])
      expect(roughness(original, changed, RATE_HZ).depth).toBeLessThan(0.02);
  });

  test('tells how much more an even sound fluctuates', () => {
    const clicks = Float32Array.from({ length: 8 * RATE_HZ }, (_, index) => (index % 32 === 0 ? 0.5 : 0));
    const before = withTremolo(clicks, 20, 0.05);
    const increase = roughness(before, withTremolo(clicks, 20, 0.1), RATE_HZ).increaseDecibels;
    // Twice the depth is 6.02 dB more.
    expect(increase).toBeCloseTo(6.02, 1);
    expect(roughness(before, before, RATE_HZ).increaseDecibels).toBe(0);
  });
});
