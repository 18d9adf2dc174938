import { execFileSync } from 'node:child_process';
import { beforeAll, describe, expect, test } from 'vitest';
import { ATTACKS, type AttackName, heardThrough } from '../../bench/watermark/attacks.ts';
import { trainingClips } from '../../bench/watermark/corpus.ts';
import { bandPassed } from '../../bench/watermark/filters.ts';
import { convolve } from '../../bench/watermark/fourier.ts';
import { ACROSS_ROOM, FAR_ROOM, impulseResponse, NEAR_ROOM } from '../../bench/watermark/room.ts';
import { resampled, type Sound } from '../../bench/watermark/sound.ts';
import { correlation } from '../packager/correlation.ts';

function works(program: string): boolean {
  try {
    execFileSync(program, ['--help'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const has = { ffmpeg: works('ffmpeg'), sox: works('sox') };

const tone = (frequencyHz: number, sampleRateHz: number, seconds = 1): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: seconds * sampleRateHz }, (_, index) =>
    Math.sin((2 * Math.PI * frequencyHz * index) / sampleRateHz),
  );

const level = (samples: Float32Array): number =>
  10 * Math.log10(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);

describe('filters', () => {
  test.each([
    [300, -3.01],
    [1000, 0],
    [3400, -3.01],
    [150, -24.1],
  ])('the band-pass changes %s Hz by %s dB', (frequencyHz, decibels) => {
    const samples = tone(frequencyHz, 48_000);
    const passed = bandPassed({ samples, sampleRateHz: 48_000 }, 300, 3400).samples;
    // The first half lets the filter settle.
    expect(level(passed.subarray(24_000)) - level(samples.subarray(24_000))).toBeCloseTo(decibels, 0);
  });

  test('convolution is what its definition says, over the edges of blocks', () => {
    const samples = Float32Array.from({ length: 700 }, (_, index) => Math.sin(index * index));
    const response = Float64Array.from({ length: 90 }, (_, index) => Math.cos(index));
    const fast = convolve(samples, response);
    for (const at of [0, 1, 89, 166, 167, 168, 400, 699]) {
      let sum = 0;
      for (let lag = 0; lag <= Math.min(at, 89); lag += 1)
        sum += (samples[at - lag] ?? 0) * (response[lag] ?? 0);
      expect(fast[at]).toBeCloseTo(sum, 4);
    }
  });
});

describe('rooms', () => {
  /** Time in which what is left of the sound falls from -5 to -25 dB, three times over (ISO 3382-1, T20). */
  function decaySeconds(response: Float64Array, sampleRateHz: number): number {
    const left = response.slice();
    let energy = 0;
    for (let index = response.length - 1; index >= 0; index -= 1) {
      energy += (response[index] ?? 0) ** 2;
      left[index] = energy;
    }
    const below = (decibels: number): number =>
      left.findIndex(value => value < energy * 10 ** (decibels / 10));
    return (3 * (below(-25) - below(-5))) / sampleRateHz;
  }

  test.each([
    ['near', NEAR_ROOM],
    ['far', FAR_ROOM],
    ['across', ACROSS_ROOM],
  ])('the %s one begins with the direct sound, decays about as asked for, and has energy 1', (_, room) => {
    const response = impulseResponse(room, 16_000);
    expect(response[0]).toBeGreaterThan(0);
    expect(response.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 9);
    const measured = decaySeconds(response, 16_000) / room.reverberationSeconds;
    expect(measured).toBeGreaterThan(0.7);
    expect(measured).toBeLessThan(1.4);
    expect(impulseResponse(room, 16_000)).toEqual(response);
  });
});

// A recorder hears no hum of 60 Hz, and the noise is relative to what it hears.
test("a room's noise is no louder when there is a hum under the speech", async () => {
  const rate = 16_000;
  const tone = (hz: number, level: number) =>
    Float32Array.from({ length: 2 * rate }, (_, at) => level * Math.sin((2 * Math.PI * hz * at) / rate));
  const speech = tone(1000, 0.1);
  const hum = tone(60, 0.3);
  const both = speech.map((sample, at) => sample + (hum[at] as number));
  const response = impulseResponse(FAR_ROOM, rate);
  const noise = async (samples: Float32Array<ArrayBuffer>) => {
    const [clean, heard] = await Promise.all(
      [200, 15].map(ratio => heardThrough(response, ratio, 'hum')({ samples, sampleRateHz: rate })),
    );
    return (
      heard?.samples.reduce((sum, sample, at) => sum + (sample - (clean?.samples[at] ?? 0)) ** 2, 0) ?? 0
    );
  };
  expect((await noise(both)) / (await noise(speech))).toBeLessThan(1.5);
});

/** What keeps the sound's length, and how much of the waveform is left at the place where it was. */
const IN_PLACE: Partial<Record<AttackName, number>> = {
  none: 0.99,
  g711: 0.99,
  'mp3-64': 0.97,
  'mp3-32': 0.97,
  'mp3-16': 0.95,
  'opus-24': 0.5,
  'opus-12': 0.5,
  'aac-32': 0.95,
  gsm: 0.9,
  'noise-20': 0.98,
  'noise-10': 0.9,
  'level-20': 0.99,
};

const CALL_SECONDS = 12;

/** Those that use random numbers, or a program that might. */
const REPEATED: readonly AttackName[] = [
  'opus-12',
  'amr-4.75',
  'noise-10',
  'room+opus-12',
  'far-room',
  'cuts',
];

describe.skipIf(!has.ffmpeg || !has.sox)('attacks, with ffmpeg and sox', () => {
  let call: Sound;
  beforeAll(async () => {
    const [clip] = await trainingClips({ voices: ['phone-call'], clipSeconds: CALL_SECONDS });
    if (!clip) throw new Error('The telephone call is missing.');
    call = await resampled(clip, 48_000);
  });

  const at8k = async (name: AttackName): Promise<Float32Array> =>
    (await resampled(await ATTACKS[name](call), 8000)).samples;

  test.each(Object.entries(IN_PLACE))('%s leaves the sound where it was', async (name, least) => {
    const original = await at8k('none');
    const attacked = await at8k(name as AttackName);
    expect(correlation(original, attacked)).toBeGreaterThan(least);
    expect(Math.abs(original.length - attacked.length)).toBeLessThan(80);
  });

  test('the others do what their names say', async () => {
    const original = await at8k('none');
    const seconds = async (name: AttackName): Promise<number> => {
      const { samples, sampleRateHz } = await ATTACKS[name](call);
      return samples.length / sampleRateHz;
    };
    expect(correlation(original, await at8k('polarity'))).toBeCloseTo(-1, 3);
    expect(await seconds('speed+3')).toBeCloseTo(CALL_SECONDS / 1.03, 2);
    expect(await seconds('speed-3')).toBeCloseTo(CALL_SECONDS / 0.97, 2);
    expect(await seconds('tempo-1.05')).toBeCloseTo(CALL_SECONDS / 1.05, 1);
    expect(await seconds('silence-trimmed')).toBeLessThan(CALL_SECONDS - 0.1);
    expect(await seconds('cuts')).toBeLessThan(CALL_SECONDS - 0.1);
    expect(level(await at8k('level-20')) - level(original)).toBeCloseTo(-20, 1);
  });

  test.each(REPEATED)('%s gives the same sound each time', async name => {
    const [once, again] = [await ATTACKS[name](call), await ATTACKS[name](call)];
    expect(again.sampleRateHz).toBe(once.sampleRateHz);
    expect(Buffer.from(again.samples.buffer).equals(Buffer.from(once.samples.buffer))).toBe(true);
    expect(once.samples.every(Number.isFinite)).toBe(true);
    expect(level(once.samples)).toBeGreaterThan(-60);
  });
});
