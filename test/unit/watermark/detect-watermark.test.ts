/** Real sound, marked and looked at: the whole way from a session's id to its id. */
import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { resample } from '../../../packages/watermark/src/detector/resample.ts';
import { clientPattern } from '../../../packages/watermark/src/client-pattern.ts';
import {
  detectWatermark,
  type DetectOptions,
  type Detection,
} from '../../../packages/watermark/src/detector/detect-watermark.ts';
import { viewClip } from '../../../packages/watermark/src/detector/front-end.ts';
import { KeyDetector } from '../../../packages/watermark/src/detector/key-detector.ts';
import { trainedNetwork } from '../../../packages/watermark/src/detector/trained-network.ts';
import { embedPattern } from '../../../packages/watermark/src/embed-pattern.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { runs } from '../../support/run-counts.ts';
import { atRate, keyFrom, nurseSpeech, phoneSpeech, TELEPHONE_HZ } from './sounds.ts';
import { hasProgram } from '../../support/has-program.ts';

const network = trainedNetwork();
const key = keyFrom('detection');
const detector = await KeyDetector.of(key);
const random = seededRandom('detection');

/** The conversation from a moment on, marked from a moment of the mark on. */
async function markedSpeech(
  id: number,
  seconds: number,
  { fromSeconds = 10, markKey = key, sampleRateHz = TELEPHONE_HZ } = {},
): Promise<Float32Array<ArrayBuffer>> {
  const speech = atRate(phoneSpeech(fromSeconds, seconds), sampleRateHz);
  const pattern = await clientPattern(markKey, id);
  return embedPattern(
    [speech],
    sampleRateHz,
    pattern,
    200 * random.uniform(),
  )[0] as Float32Array<ArrayBuffer>;
}

const detect = (
  channels: readonly Float32Array[],
  sampleRateHz = TELEPHONE_HZ,
  options: DetectOptions = {},
): Detection => detectWatermark(channels, sampleRateHz, detector, network, options);

describe('what was marked is found, with its id', () => {
  const rates = [8000, 16_000, 44_100, 48_000];
  const cases = Array.from({ length: runs(6) }, (_, run) => ({
    sampleRateHz: rates[run % rates.length] as number,
    levelDb: -40 + Math.round((40 * run) / (runs(6) - 1)),
    polarity: run % 3 === 0 ? -1 : 1,
    id: random.below(2 ** 32),
    fromSeconds: random.below(24),
    key: keyFrom(`detection ${run}`),
  }));
  test.each(cases)(
    'at $sampleRateHz Hz, $levelDb dB, polarity $polarity, from $fromSeconds s on',
    async ({ sampleRateHz, levelDb, polarity, id, fromSeconds, key: markKey }) => {
      const marked = await markedSpeech(id, 20, { fromSeconds, markKey, sampleRateHz });
      const gain = polarity * 10 ** (levelDb / 20);
      const heard = marked.map(sample => gain * sample);
      const detection = detectWatermark([heard], sampleRateHz, await KeyDetector.of(markKey), network);
      expect(detection).toMatchObject({ found: true, id, channel: 0, distortion: { speed: 1, tempo: 1 } });
      expect(detection.seconds).toBeCloseTo(20, 9);
      expect(detection.falsePositiveBound).toBeLessThanOrEqual(1e-9);
    },
  );
});

describe('of two channels', () => {
  const sides = nurseSpeech(12, 15);

  test('marked alike, the mix has the mark', async () => {
    const marked = embedPattern(sides, TELEPHONE_HZ, await clientPattern(key, 3_000_000_000), 55);
    expect(detect(marked)).toMatchObject({ found: true, id: 3_000_000_000, channel: 'mix' });
    const mono = (marked[0] as Float32Array).map((sample, at) => (sample + (marked[1]?.[at] as number)) / 2);
    expect(detect([mono])).toMatchObject({ found: true, id: 3_000_000_000, channel: 0 });
  });

  test('one alone is enough, beside one that drowns it in the mix', async () => {
    const marked = await markedSpeech(42, 10);
    const loud = Float32Array.from({ length: marked.length }, () => 0.5 * random.normal());
    expect(detect([loud, marked])).toMatchObject({ found: true, id: 42, channel: 1 });
  });

  test('that cancel each other are looked at one by one', async () => {
    const marked = await markedSpeech(43, 10);
    expect(detect([marked, marked.map(sample => -sample)])).toMatchObject({
      found: true,
      id: 43,
      channel: 0,
    });
  });
});

describe('nothing is found', () => {
  test('in speech without a mark', () => {
    expect(detect([phoneSpeech(10, 10)]).found).toBe(false);
    expect(detect(nurseSpeech(40, 6)).found).toBe(false);
  });

  test('by another key', async () => {
    const marked = await markedSpeech(1, 10, { markKey: keyFrom('of another tenant') });
    expect(detect([marked]).found).toBe(false);
  });

  test.each([0, 1, 100, 4000])('in %s samples, in silence, or in a steady tone', length => {
    const tone = Float32Array.from({ length }, (_, at) => 0.5 * Math.sin(at));
    for (const samples of [tone, new Float32Array(length), new Float32Array(length).fill(1)]) {
      const { found, falsePositiveBound } = detect([samples]);
      expect(found).toBe(false);
      // One of a thousand keys may come as near.
      expect(falsePositiveBound).toBeGreaterThan(1e-3);
    }
  });

  test('and no channel is refused', () => {
    expect(() => detect([])).toThrow(RangeError);
  });
});

test('of two sessions that marked a piece each, either piece tells its own', async () => {
  const [first, second] = [
    await markedSpeech(111, 15, { fromSeconds: 5 }),
    await markedSpeech(222, 15, { fromSeconds: 25 }),
  ];
  expect(detect([first])).toMatchObject({ found: true, id: 111 });
  expect(detect([second])).toMatchObject({ found: true, id: 222 });
  const joined = Float32Array.from([...first, ...second]);
  const whole = detect([joined]);
  expect(whole.found).toBe(true);
  expect([111, 222]).toContain(whole.id);
});

test('ids in question are told apart in 5 s', async () => {
  const ids = Array.from({ length: 50 }, () => random.below(2 ** 32));
  const marked = await markedSpeech(ids[17] as number, 5, { fromSeconds: 10.5 });
  const { phases } = viewClip(marked, TELEPHONE_HZ, network);
  const [best, ...others] = detector.scoreIds(phases, ids);
  expect(best).toMatchObject({ id: ids[17], found: true });
  expect(others.filter(({ found }) => found)).toEqual([]);
});

describe('sound that was changed in time', () => {
  test('is found when pieces were cut out', async () => {
    const marked = await markedSpeech(0xabcd, 25);
    const kept = marked.filter((_, at) => (at / TELEPHONE_HZ) % 5 > 0.83);
    const detection = detect([kept]);
    expect(detection).toMatchObject({ found: true, id: 0xabcd });
    expect(detection.cuts).toBeGreaterThan(0);
  });

  test('is found when it was played 3 % faster', async () => {
    const faster = resample(await markedSpeech(0x1357, 20), TELEPHONE_HZ * 1.03, TELEPHONE_HZ);
    expect(detect([faster]).found).toBe(false);
    const detection = detect([faster], TELEPHONE_HZ, { speeds: true });
    expect(detection).toMatchObject({ found: true, id: 0x1357 });
    expect(detection.distortion.speed * detection.distortion.tempo).toBeCloseTo(1.03, 2);
  });

  test.skipIf(!hasProgram('ffmpeg'))('is found when it was made 3 % slower with its pitch kept', async () => {
    const slower = atTempo(await markedSpeech(0x2468, 20), 0.97);
    const detection = detect([slower], TELEPHONE_HZ, { speeds: true });
    expect(detection).toMatchObject({ found: true, id: 0x2468 });
    expect(detection.distortion.speed * detection.distortion.tempo).toBeCloseTo(0.97, 2);
  });
});

function atTempo(samples: Float32Array, tempo: number): Float32Array {
  const raw = ['-f', 'f32le', '-ac', '1', '-ar', String(TELEPHONE_HZ)];
  const input = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  const command = ['-v', 'error', ...raw, '-i', 'pipe:0', '-af', `atempo=${tempo}`, ...raw, 'pipe:1'];
  const output = execFileSync('ffmpeg', command, { input, maxBuffer: 2 ** 26 });
  return new Float32Array(output.buffer.slice(output.byteOffset, output.byteOffset + output.byteLength));
}
