import { expect, test } from 'vitest';
import { embedVariants, type SoundBlock } from '../../../packages/watermark/src/embed-variants.ts';
import { ChipSource, type SegmentLayout } from '../../../packages/watermark/src/segment-chips.ts';
import { BAND_COUNT, isClientBand } from '../../../packages/watermark/src/tile-grid.ts';
import { plainMark } from './plain-embedder.ts';
import { plainVariantGain } from './plain-segments.ts';
import { atRate, keyFrom, largestDifference, nurseSpeech, phoneSpeech } from './sounds.ts';

const layoutAt = (sampleRateHz: number): SegmentLayout => ({
  sampleRateHz,
  segmentSamples: 1024 * Math.round((1.1 * sampleRateHz) / 1024),
  primingSamples: 1024,
});

const seed = keyFrom('embed variants');
const FORENSIC = Array.from({ length: BAND_COUNT }, (_, band) => !isClientBand(band));

function concatenated(pieces: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** Marks sound that comes in blocks of the given sizes, which take turns. @returns A and B, one array a channel */
async function embed(
  channels: readonly Float32Array<ArrayBuffer>[],
  layout: SegmentLayout,
  sizes: readonly number[],
): Promise<{ a: Float32Array[]; b: Float32Array[] }> {
  function* blocks(): Generator<SoundBlock> {
    const { length } = channels[0] as Float32Array;
    for (let done = 0, block = 0; done < length; block += 1) {
      const end = Math.min(length, done + (sizes[block % sizes.length] as number));
      yield channels.map(channel => channel.subarray(done, end));
      done = end;
    }
  }
  const parts: { a: SoundBlock; b: SoundBlock }[] = [];
  const source = await ChipSource.of(seed, layout);
  for await (const part of embedVariants(blocks(), layout, source)) parts.push(part);
  const joined = (side: 'a' | 'b'): Float32Array[] =>
    channels.map((_, channel) => concatenated(parts.map(part => part[side][channel] as Float32Array)));
  return { a: joined('a'), b: joined('b') };
}

test.each([8000, 48_000])('at %s Hz both variants are those of the plain implementation', async rateHz => {
  const layout = layoutAt(rateHz);
  const speech = atRate(phoneSpeech(10.5, 1.5), rateHz);
  const { a, b } = await embed([speech], layout, [1000]);
  const source = await ChipSource.of(seed, layout);
  const segments = await Promise.all([1, 2, 3].map(index => source.segment(index)));
  for (const [side, marked] of [
    [1, a[0]],
    [-1, b[0]],
  ] as const) {
    const expected = plainMark(speech, rateHz, FORENSIC, (seconds, band) =>
      plainVariantGain(layout, segments, side, seconds, band),
    );
    expect(largestDifference(marked as Float32Array, expected)).toBeLessThan(1e-6);
    expect(largestDifference(marked as Float32Array, speech)).toBeGreaterThan(0.005);
  }
  expect(largestDifference(a[0] as Float32Array, b[0] as Float32Array)).toBeGreaterThan(0.005);
});

test('blocks of any size give the same, also ones that hold many segments', async () => {
  const speech = phoneSpeech(3, 9);
  const whole = await embed([speech], layoutAt(8000), [speech.length]);
  for (const sizes of [[128], [1, 999], [20_000], [3, 256, 4097, 64]])
    expect(await embed([speech], layoutAt(8000), sizes)).toEqual(whole);
});

test('two channels are marked as each would be alone', async () => {
  const sides = nurseSpeech(20, 3);
  const together = await embed(sides, layoutAt(8000), [4096]);
  for (const [channel, side] of sides.entries()) {
    const alone = await embed([side], layoutAt(8000), [4096]);
    expect(together.a[channel]).toEqual(alone.a[0]);
    expect(together.b[channel]).toEqual(alone.b[0]);
  }
});

test('silence stays silent, and what is no number is refused', async () => {
  const { a, b } = await embed([new Float32Array(8000)], layoutAt(8000), [800]);
  expect([...a, ...b].every(side => side.every(sample => sample === 0))).toBe(true);
  for (const value of [Number.NaN, Infinity]) {
    const broken = phoneSpeech(5, 2).fill(value, 5000, 5001);
    await expect(embed([broken], layoutAt(8000), [800])).rejects.toThrow(RangeError);
  }
});

test('a recording shorter than the embedder’s delay comes out whole; without blocks nothing comes', async () => {
  const click = Float32Array.of(0, 0.5, 0);
  const { a } = await embed([click], layoutAt(8000), [2]);
  expect(a[0]).toHaveLength(3);
  const source = await ChipSource.of(seed, layoutAt(8000));
  for await (const _ of embedVariants([], layoutAt(8000), source)) expect.unreachable();
});
