/** What the embedder does to sound that no voice makes, and what it may do to any. */
import { describe, expect, test } from 'vitest';
import { clientPattern } from '../../../packages/watermark/src/client-pattern.ts';
import { embedPattern } from '../../../packages/watermark/src/embed-pattern.ts';
import { Embedder } from '../../../packages/watermark/src/embedder.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { atRate, keyFrom, largestDifference, noise, nurseSpeech, phoneSpeech, sine } from './sounds.ts';

const RATE_HZ = 48_000;
const LATENCY = 1024;
const pattern = await clientPattern(keyFrom('limits'), 99);

const marked = (samples: Float32Array): Float32Array =>
  embedPattern([samples], RATE_HZ, pattern)[0] as Float32Array;

const energyOf = (samples: Float32Array): number => samples.reduce((sum, sample) => sum + sample * sample, 0);

const square = Float32Array.from({ length: RATE_HZ }, (_, index) =>
  Math.floor(index / 50) % 2 === 0 ? 1 : -1,
);

describe('silence', () => {
  test('stays silent', () => {
    expect(marked(new Float32Array(RATE_HZ)).every(sample => sample === 0)).toBe(true);
  });

  test('stays silent beside a loud channel', () => {
    const [, silent] = embedPattern([square, new Float32Array(RATE_HZ)], RATE_HZ, pattern);
    expect(largestDifference(silent as Float32Array, new Float32Array(RATE_HZ))).toBeLessThan(1e-12);
  });

  test('comes back within a frame of the end of sound', () => {
    const burst = new Float32Array(RATE_HZ);
    burst.set(noise(RATE_HZ / 2, 0.2, seededRandom('burst')));
    const after = marked(burst).subarray(RATE_HZ / 2 + LATENCY);
    expect(after.every(sample => sample === 0)).toBe(true);
  });
});

describe('extreme sound comes out finite, no further from what it was than the mark goes', () => {
  const random = seededRandom('extremes');
  const sounds: Record<string, Float32Array> = {
    'a square at full scale': square,
    'noise at full scale': noise(RATE_HZ, 0.5, random).map(sample => Math.max(-1, Math.min(1, sample))),
    'a steady level': new Float32Array(RATE_HZ).fill(1),
    'denormal numbers': noise(RATE_HZ, 1e-40, random),
    'a single click': Float32Array.from({ length: RATE_HZ }, (_, index) => (index === 20_000 ? 1 : 0)),
    'far beyond full scale': noise(RATE_HZ, 1e30, random),
    'a tone in a band': sine(1000, RATE_HZ, 1),
    'a tone below the bands': sine(100, RATE_HZ, 1),
    'a tone above the bands': sine(6000, RATE_HZ, 1),
  };
  test.each(Object.entries(sounds))('%s', (_, sound) => {
    const result = marked(sound);
    const largest = sound.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
    expect(largestDifference(result, sound)).toBeLessThan(0.5 * largest);
  });

  test('what lies outside the bands is left alone', () => {
    for (const hertz of [100, 6000]) {
      const tone = sine(hertz, RATE_HZ, 1).subarray(0, RATE_HZ);
      const middle = (samples: Float32Array): Float32Array => samples.subarray(4000, 44_000);
      expect(largestDifference(middle(marked(tone)), middle(tone))).toBeLessThan(1e-3);
    }
  });
});

describe('a sample that is not finite', () => {
  test.each([Number.NaN, Infinity, -Infinity])('%s counts as silence, and as nothing else', strange => {
    const speech = atRate(phoneSpeech(5, 1), RATE_HZ);
    const [broken, mended] = [speech.slice(), speech.slice()];
    broken.fill(strange, 10_000, 10_003);
    mended.fill(0, 10_000, 10_003);
    const other = atRate(phoneSpeech(6, 1), RATE_HZ);
    expect(embedPattern([broken, other], RATE_HZ, pattern)).toEqual(
      embedPattern([mended, other], RATE_HZ, pattern),
    );
  });
});

// -20.7 dB a frame, 4.1 dB more at the loudest, and 1.9 dB more where all neighbouring bands go opposite ways.
describe('the change is small', () => {
  const [caller, nurse] = nurseSpeech(15, 12);
  const voices = { caller, nurse, both: phoneSpeech(0, 12) };
  test.each(Object.entries(voices))(
    'in the voice of %s, in every tenth of a second and on the whole',
    (_, voice) => {
      const original = atRate(voice, RATE_HZ);
      const result = marked(original);
      const change = result.map((sample, index) => sample - (original[index] as number));
      expect(10 * Math.log10(energyOf(change) / energyOf(original))).toBeLessThan(-20);
      expect(10 * Math.log10(energyOf(change) / energyOf(original))).toBeGreaterThan(-26);
      const loudest = 1e-4 * (energyOf(original) / original.length) * 4800;
      for (let at = 0; at + 4800 <= original.length; at += 4800) {
        const energy = energyOf(original.subarray(at, at + 4800));
        if (energy < loudest) continue;
        expect(energyOf(change.subarray(at, at + 4800)) / energy).toBeLessThan(0.025);
      }
    },
  );
});

test('marking goes on for a day: the thousandth period is marked as the first', () => {
  const speech = atRate(phoneSpeech(5, 1), RATE_HZ);
  const period = 4096 * 0.048;
  const [now, later] = [0, 1000].map(
    periods => embedPattern([speech], RATE_HZ, pattern, 3.21 + periods * period)[0] as Float32Array,
  );
  expect(largestDifference(now as Float32Array, later as Float32Array)).toBeLessThan(1e-6);
});

test('process() makes no objects', () => {
  const embedder = new Embedder({ sampleRateHz: RATE_HZ, channelCount: 2, pattern });
  const quantum = [noise(128, 0.1, seededRandom('left')), noise(128, 0.1, seededRandom('right'))];
  const output = [new Float32Array(128), new Float32Array(128)];
  const grown = (quanta: number): number => {
    const before = process.memoryUsage().heapUsed;
    for (let done = 0; done < quanta; done += 1) embedder.process(quantum, output);
    return process.memoryUsage().heapUsed - before;
  };
  grown(3000);
  // Compilation and collection may fall into a round; an object a quantum would be in all of them. V8 puts three fractions that
  // functions are given on the heap, 16 bytes each, every two quanta.
  const rounds = Array.from({ length: 8 }, () => Math.abs(grown(500)));
  expect(Math.min(...rounds)).toBeLessThan(500 * 32);
});
