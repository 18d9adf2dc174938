import { describe, expect, test } from 'vitest';
import { clientPattern } from '../../../packages/watermark/src/client-pattern.ts';
import { embedPattern } from '../../../packages/watermark/src/embed-pattern.ts';
import { Embedder } from '../../../packages/watermark/src/embedder.ts';
import { BAND_COUNT, PERIOD_CHIPS } from '../../../packages/watermark/src/tile-grid.ts';
import { plainEmbed } from './plain-embedder.ts';
import { atRate, keyFrom, largestDifference, nurseSpeech, phoneSpeech } from './sounds.ts';

const pattern = await clientPattern(keyFrom('embedder'), 0x1234_5678);
const NOTHING = new Int8Array(PERIOD_CHIPS * BAND_COUNT);

/** Passes sound through in blocks of the given sizes, which take turns. */
function inBlocks(
  channels: readonly Float32Array[],
  sampleRateHz: number,
  sizes: readonly number[],
  channelCount = channels.length,
): Float32Array[] {
  const embedder = new Embedder({ sampleRateHz, channelCount, pattern, startSeconds: 7.7 });
  const outputs = channels.map(channel => new Float32Array(channel.length));
  const { length } = channels[0] as Float32Array;
  for (let done = 0, block = 0; done < length; block += 1) {
    const end = Math.min(length, done + (sizes[block % sizes.length] as number));
    embedder.process(
      channels.map(channel => channel.subarray(done, end)),
      outputs.map(output => output.subarray(done, end)),
    );
    done = end;
  }
  return outputs;
}

describe.each([
  [48_000, 1024],
  [44_100, 1024],
  [8000, 256],
])('at %s Hz', (sampleRateHz, latencySamples) => {
  const speech = atRate(phoneSpeech(10.5, 1.5), sampleRateHz);

  test('the result is that of the plain implementation', () => {
    const [marked] = embedPattern([speech], sampleRateHz, pattern, 42.42);
    const expected = plainEmbed(speech, sampleRateHz, pattern, 42.42);
    expect(largestDifference(marked as Float32Array, expected)).toBeLessThan(1e-6);
    expect(largestDifference(marked as Float32Array, speech)).toBeGreaterThan(0.01);
  });

  test('sound comes out its latency later', () => {
    const embedder = new Embedder({ sampleRateHz, channelCount: 1, pattern: NOTHING });
    const output = new Float32Array(speech.length);
    embedder.process([speech], [output]);
    expect(embedder.latencySamples).toBe(latencySamples);
    expect(latencySamples / sampleRateHz).toBeLessThan(sampleRateHz === 8000 ? 0.0321 : 0.025);
    expect(largestDifference(output.subarray(latencySamples), speech.subarray(0, -latencySamples))).toBe(0);
    expect(output.subarray(0, latencySamples).every(sample => sample === 0)).toBe(true);
  });

  test('blocks of any size give the same', () => {
    const whole = inBlocks([speech], sampleRateHz, [speech.length]);
    for (const sizes of [[128], [1], [1000], [3, 256, 4097, 64]]) {
      expect(inBlocks([speech], sampleRateHz, sizes)).toEqual(whole);
    }
  });
});

describe('two channels', () => {
  const [caller, nurse] = nurseSpeech(20, 6).map(samples => atRate(samples, 48_000)) as [
    Float32Array,
    Float32Array,
  ];

  test('are marked as each would be alone', () => {
    const [left, right] = inBlocks([caller, nurse], 48_000, [128]);
    const [aloneLeft] = inBlocks([caller], 48_000, [128]);
    const [aloneRight] = inBlocks([nurse], 48_000, [128]);
    expect(largestDifference(left as Float32Array, aloneLeft as Float32Array)).toBeLessThan(1e-7);
    expect(largestDifference(right as Float32Array, aloneRight as Float32Array)).toBeLessThan(1e-7);
  });

  test('carry the same chips: the same sound comes out the same on both', () => {
    const [left, right] = inBlocks([caller, caller], 48_000, [128]);
    expect(largestDifference(left as Float32Array, right as Float32Array)).toBeLessThan(1e-7);
  });

  test('may be more than two', () => {
    const [, , third] = inBlocks([caller, nurse, caller], 48_000, [128]);
    const [alone] = inBlocks([caller], 48_000, [128]);
    expect(largestDifference(third as Float32Array, alone as Float32Array)).toBeLessThan(1e-7);
  });
});

test('sound may be marked in its place', () => {
  const speech = phoneSpeech(0, 2);
  const [expected] = inBlocks([speech], 8000, [128]);
  const embedder = new Embedder({ sampleRateHz: 8000, channelCount: 1, pattern, startSeconds: 7.7 });
  for (let at = 0; at < speech.length; at += 128) {
    const block = [speech.subarray(at, at + 128)];
    embedder.process(block, block);
  }
  expect(speech).toEqual(expected);
});

test('a missing input is silence, a missing output is left out, and the mark goes on', () => {
  const [speech, other] = [phoneSpeech(0, 2), phoneSpeech(2, 2)];
  const silence = new Float32Array(4000);
  const embedder = new Embedder({ sampleRateHz: 8000, channelCount: 2, pattern, startSeconds: 7.7 });
  const outputs = [new Float32Array(20_000), new Float32Array(20_000)] as const;
  embedder.process([speech, other], [outputs[0].subarray(0, 16_000), outputs[1].subarray(0, 16_000)]);
  embedder.process([], [outputs[0].subarray(16_000)]);
  const padded = [Float32Array.from([...speech, ...silence]), Float32Array.from([...other, ...silence])];
  const [left, right] = inBlocks(padded, 8000, [20_000]);
  expect(outputs[0]).toEqual(left);
  expect(outputs[1].subarray(0, 16_000)).toEqual((right as Float32Array).subarray(0, 16_000));
});

test('a recording is marked without delay, in new arrays', () => {
  const speech = phoneSpeech(0, 1);
  const copy = speech.slice();
  const [marked] = embedPattern([speech], 8000, pattern, 7.7);
  const [delayed] = inBlocks([Float32Array.from([...speech, ...new Float32Array(256)])], 8000, [128]);
  expect(marked).toEqual((delayed as Float32Array).slice(256));
  expect(speech).toEqual(copy);
  expect(embedPattern([], 8000, pattern)).toEqual([]);
  expect(embedPattern([new Float32Array(0)], 8000, pattern)).toEqual([new Float32Array(0)]);
});
