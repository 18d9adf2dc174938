import { expect, test } from 'vitest';
import { callPath, type CallPath } from '../../../packages/watermark/src/detector/call-path.ts';
import { CallPattern } from '../../../packages/watermark/src/detector/call-pattern.ts';
import { CallSteps, STEP_ROWS } from '../../../packages/watermark/src/detector/call-steps.ts';
import type { ForensicView } from '../../../packages/watermark/src/detector/forensic-view.ts';
import { UNDISTORTED } from '../../../packages/watermark/src/detector/front-end.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { codesOf, LAYOUT, SEED } from './marked-call.ts';

const BANDS = [2, 5, 8, 11, 14, 17, 20, 23];
const ROW_SECONDS = 0.004;
const SEGMENTS = 30;
const pattern = await CallPattern.of(SEED, LAYOUT, SEGMENTS);
const [code = new Int8Array()] = codesOf(1, SEGMENTS);

/** Every chip of the call as the code has it: where it begins, its bands' signs. */
const chips = Array.from({ length: SEGMENTS }, (_, place) => {
  const { chipCount, common, varying } = pattern.segment(place + 1);
  return Array.from({ length: chipCount }, (_none, chip) => ({
    index: place + 1,
    seconds: pattern.chipSeconds(place + 1, chip),
    common: BANDS.map(band => common[chip * 24 + band] as number),
    varying: BANDS.map(band => varying[chip * 24 + band] as number),
  }));
}).flat();

/** Noise with stretches of the call in it, one after the other, in seconds of the call. */
function viewOf(stretches: readonly (readonly [from: number, to: number])[], strength: number): ForensicView {
  const random = seededRandom(`path ${strength}`);
  const rows = stretches.map(([from, to]) => Math.round((to - from) / ROW_SECONDS));
  const rowCount = rows.reduce((sum, count) => sum + count, 0);
  const values = Float32Array.from({ length: rowCount * 8 }, () => random.normal());
  let first = 0;
  stretches.forEach(([from, to], place) => {
    for (const { index, seconds, common, varying } of chips) {
      if (seconds < from || seconds >= to) continue;
      const row = Math.min(rowCount - 1, first + Math.round((seconds - from) / ROW_SECONDS));
      BANDS.forEach((_, column) => {
        const sign = (common[column] as number) + (code[index - 1] as number) * (varying[column] as number);
        values[row * 8 + column] = (values[row * 8 + column] as number) + strength * sign;
      });
    }
    first += rows[place] as number;
  });
  return { distortion: UNDISTORTED, rowSeconds: ROW_SECONDS, rowCount, values };
}

/** The way of a clip through the whole call. */
function followed(view: ForensicView): CallPath {
  const following = callPath(view, pattern, -10, 60);
  for (;;) {
    const { done, value } = following.next();
    if (done) return value;
  }
}

test('a step fits a place as the sums of the plain formula say', () => {
  const view = viewOf([[3, 5]], 0.5);
  const steps = new CallSteps(view, pattern, 2.5, 4.5);
  const { common, varying } = steps.at(3);
  for (const place of [0, 125, 499]) {
    const expected = { common: 0, varying: 0 };
    for (const chip of chips) {
      const row = Math.round((chip.seconds - 2.5) / ROW_SECONDS) - place;
      if (row < 3 * STEP_ROWS || row >= 4 * STEP_ROWS) continue;
      BANDS.forEach((_, column) => {
        const ratio = view.values[row * 8 + column] as number;
        expected.common += ratio * (chip.common[column] as number);
        expected.varying += ratio * (chip.varying[column] as number);
      });
    }
    expect(common[place]).toBeCloseTo(expected.common, 9);
    expect(varying[place]).toBeCloseTo(expected.varying, 9);
  }
});

const wrongIn = (bits: readonly { index: number; ratio: number }[]): number[] =>
  bits.filter(({ index, ratio }) => ratio * (code[index - 1] as number) < 0).map(({ index }) => index);

test.each([
  [
    'without pauses',
    [
      [5, 9],
      [9.6, 13],
      [13.41, 18],
      [19.2, 24],
    ],
  ],
  [
    'cut and joined in another order',
    [
      [40, 47],
      [12, 19],
      [25, 31],
    ],
  ],
] as const)('sound %s is followed, and its bits are read', (_, stretches) => {
  const { startSeconds, bits, evidenceNats } = followed(viewOf(stretches, 1));
  expect(startSeconds).toBeCloseTo(stretches[0][0], 2);
  expect(evidenceNats).toBeGreaterThan(100);
  expect(bits.length).toBeGreaterThan(8);
  expect(wrongIn(bits.filter(({ chips: count }) => count > 100))).toEqual([]);
});

test('sound in one piece has one start, and evidence as if nothing had been tried', () => {
  const { startSeconds, bits, evidenceNats } = followed(viewOf([[7, 27]], 1));
  expect(startSeconds).toBeCloseTo(7, 2);
  expect(bits).toHaveLength(11);
  const sum = bits.reduce((total, { ratio, common }) => total + Math.abs(ratio) + common, 0);
  const energy = bits.reduce((total, bit) => total + bit.energy + bit.commonEnergy, 0);
  expect(evidenceNats).toBeGreaterThan(sum ** 2 / (2 * energy) - 20);
});

test('noise is no evidence, whatever way is taken through it', () => {
  for (const seconds of [4, 12, 25]) expect(followed(viewOf([[70, 70 + seconds]], 0)).evidenceNats).toBe(0);
});

test('sound that comes twice counts once', () => {
  const once = followed(viewOf([[10, 16]], 1)).evidenceNats;
  const twice = followed(
    viewOf(
      [
        [10, 16],
        [10, 16],
      ],
      1,
    ),
  ).evidenceNats;
  expect(twice).toBeLessThan(1.2 * once);
});
