import { describe, expect, test } from 'vitest';
import { CallPattern } from '../../../packages/watermark/src/detector/call-pattern.ts';
import { searchCall } from '../../../packages/watermark/src/detector/call-search.ts';
import { matchCodes } from '../../../packages/watermark/src/detector/code-match.ts';
import { falsePositiveBound } from '../../../packages/watermark/src/detector/evidence.ts';
import { type ForensicView, viewForensic } from '../../../packages/watermark/src/detector/forensic-view.ts';
import { UNDISTORTED } from '../../../packages/watermark/src/detector/front-end.ts';
import { commonEvidence, segmentBits } from '../../../packages/watermark/src/detector/segment-bits.ts';
import { trainedNetwork } from '../../../packages/watermark/src/detector/trained-network.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { codesOf, LAYOUT, markCall, SEED } from './marked-call.ts';
import { nurseSpeech, TELEPHONE_HZ } from './sounds.ts';

const BANDS = [2, 5, 8, 11, 14, 17, 20, 23];

test('bits are the sums of the plain formula', async () => {
  const pattern = await CallPattern.of(SEED, LAYOUT, 5);
  const random = seededRandom('segment bits');
  const values = Float32Array.from({ length: 1200 * 8 }, () => random.normal());
  const view: ForensicView = { distortion: UNDISTORTED, rowSeconds: 0.004, rowCount: 1200, values };
  const startSeconds = 1.5;
  // 4.8 s from 1.5 s on: the ends of segments 1 and 4, and all of 2 and 3.
  const bits = segmentBits(view, pattern, startSeconds);
  expect(bits.map(({ index }) => index)).toEqual([1, 2, 3, 4]);
  for (const bit of bits) {
    const { chipCount, common, varying } = pattern.segment(bit.index);
    const expected = { chips: 0, ratio: 0, energy: 0, common: 0, commonEnergy: 0 };
    for (let chip = 0; chip < chipCount; chip += 1) {
      const seconds = ((bit.index - 1) * 16_384 - 1024) / 8000 + chip * 0.048;
      const row = Math.round((seconds - startSeconds) / 0.004);
      for (const [column, band] of BANDS.entries()) {
        const ratio = row >= 0 && row < 1200 ? (values[row * 8 + column] as number) : 0;
        expected.chips += row >= 0 && row < 1200 ? 1 : 0;
        expected.ratio += ratio * (varying[chip * 24 + band] as number);
        expected.energy += (ratio * (varying[chip * 24 + band] as number)) ** 2;
        expected.common += ratio * (common[chip * 24 + band] as number);
        expected.commonEnergy += (ratio * (common[chip * 24 + band] as number)) ** 2;
      }
    }
    expect(bit.chips).toBe(expected.chips);
    for (const name of ['ratio', 'energy', 'common', 'commonEnergy'] as const)
      expect(bit[name]).toBeCloseTo(expected[name], 6);
  }
});

describe('a copy of a real call', async () => {
  const network = trainedNetwork();
  const [caller, nurse] = nurseSpeech(0, 90);
  const mix = caller.map((sample, at) => sample + (nurse[at] as number));
  const call = await markCall(mix);
  const codes = codesOf(200, call.segmentCount);
  const guilty = 137;
  const copy = call.copy(codes[guilty] as Int8Array);
  const pattern = await CallPattern.of(SEED, LAYOUT, call.segmentCount);
  const look = (samples: Float32Array, speed = 1): ForensicView =>
    viewForensic(samples, TELEPHONE_HZ, network, { speed, tempo: 1 });

  test('tells where it was cut from, every bit, and whose it is', () => {
    const view = look(copy.slice(20.7 * TELEPHONE_HZ, 80.7 * TELEPHONE_HZ));
    const [best] = searchCall(view, pattern, 1);
    expect(Math.abs((best?.startSeconds ?? 0) - 20.7)).toBeLessThan(0.01);
    const bits = segmentBits(view, pattern, best?.startSeconds ?? 0);
    expect(bits.length).toBeGreaterThan(28);
    const whole = bits.filter(({ chips }) => chips === 42 * 8);
    for (const { index, ratio } of whole) expect(Math.sign(ratio)).toBe(codes[guilty]?.[index - 1]);
    expect(falsePositiveBound(commonEvidence(bits), Math.log(90 / 0.004))).toBeLessThan(1e-9);
    const [first, second] = matchCodes(bits, codes);
    expect(first).toMatchObject({ candidate: guilty, differing: 0 });
    expect(first?.falsePositiveBound).toBeLessThan(1e-5);
    expect(second?.falsePositiveBound).toBe(1);
  });

  test('also one that was played faster, under the view of that speed', () => {
    const view = look(copy.slice(0, 40 * TELEPHONE_HZ));
    // What is marked at 8 kHz and read as if at 8.24 kHz was played 3 % too fast.
    const fast = viewForensic(copy.slice(0, 40 * TELEPHONE_HZ), TELEPHONE_HZ * 1.03, network, {
      speed: 1.03,
      tempo: 1,
    });
    const bits = [view, fast].map(each =>
      segmentBits(each, pattern, searchCall(each, pattern, 1)[0]?.startSeconds ?? 0),
    );
    expect(matchCodes(bits[1] ?? [], codes)[0]?.candidate).toBe(guilty);
    expect(bits[1]?.map(({ ratio }) => Math.sign(ratio))).toEqual(
      bits[0]?.map(({ ratio }) => Math.sign(ratio)),
    );
  });

  test('without a mark says nothing of anybody', () => {
    const view = look(mix.slice(20 * TELEPHONE_HZ, 80 * TELEPHONE_HZ));
    const bits = segmentBits(view, pattern, searchCall(view, pattern, 1)[0]?.startSeconds ?? 0);
    expect(falsePositiveBound(commonEvidence(bits), Math.log(90 / 0.004))).toBeGreaterThan(1e-9);
    expect(matchCodes(bits, codes)[0]?.falsePositiveBound).toBe(1);
  });
});
