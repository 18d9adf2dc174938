import { describe, expect, test } from 'vitest';
import { CallPattern } from '../../../packages/watermark/src/detector/call-pattern.ts';
import { searchCall } from '../../../packages/watermark/src/detector/call-search.ts';
import type { ForensicView } from '../../../packages/watermark/src/detector/forensic-view.ts';
import { UNDISTORTED } from '../../../packages/watermark/src/detector/front-end.ts';
import { seededRandom } from '../../bench/watermark/seeded-random.ts';
import { LAYOUT, SEED } from './marked-call.ts';

const BANDS = [2, 5, 8, 11, 14, 17, 20, 23];
const ROW_SECONDS = 0.008;
const pattern = await CallPattern.of(SEED, LAYOUT, 30);

/** Row of the call at which each common chip begins, its band and its sign. */
const commonChips = Array.from({ length: 30 }, (_, place) => {
  const { chipCount, common } = pattern.segment(place + 1);
  const start = (place * LAYOUT.segmentSamples - LAYOUT.primingSamples) / LAYOUT.sampleRateHz;
  return Array.from({ length: chipCount }, (_none, chip) =>
    BANDS.map((band, column) => ({
      row: Math.round((start + chip * 0.048) / ROW_SECONDS),
      column,
      sign: common[chip * 24 + band] as number,
    })),
  );
})
  .flat(2)
  .filter(({ sign }) => sign !== 0);

/** Noise, with the common chips of a call from row `from` on in it. */
function viewOf(rowCount: number, from: number, strength: number, name: string): ForensicView {
  const random = seededRandom(name);
  const values = Float32Array.from({ length: rowCount * 8 }, () => random.normal());
  for (const { row, column, sign } of commonChips) {
    const at = (row - from) * 8 + column;
    if (row >= from && row < from + rowCount) values[at] = (values[at] as number) + strength * sign;
  }
  return { distortion: UNDISTORTED, rowSeconds: ROW_SECONDS, rowCount, values };
}

function plainSum({ rowCount, values }: ForensicView, from: number): number {
  return commonChips
    .filter(({ row }) => row >= from && row < from + rowCount)
    .reduce((sum, { row, column, sign }) => sum + sign * (values[(row - from) * 8 + column] as number), 0);
}

test('the best alignments are those of the plain sums over all offsets', () => {
  const view = viewOf(500, 2000, 0.4, 'plain');
  const energy = view.values.reduce((sum, value) => sum + value * value, 0);
  const deviation = Math.sqrt((energy * 0.3 * ROW_SECONDS) / 0.048);
  const rows = Array.from({ length: 7680 + 500 - 250 }, (_, at) => at + 125 - 500);
  const plain = rows
    .map(row => ({ row, score: plainSum(view, row) / deviation }))
    .sort((a, b) => b.score - a.score);
  const [best, second] = searchCall(view, pattern, 2);
  expect(best?.startSeconds).toBeCloseTo(2000 * ROW_SECONDS, 9);
  expect(plain[0]?.row).toBe(2000);
  expect(best?.score).toBeCloseTo(plain[0]?.score ?? 0, 6);
  const apart = plain.find(({ row }) => Math.abs(row - 2000) > 2);
  expect(second?.startSeconds).toBeCloseTo((apart?.row ?? 0) * ROW_SECONDS, 9);
  expect(second?.score).toBeCloseTo(apart?.score ?? 0, 6);
});

describe('a clip is found', () => {
  test.each([
    ['at the beginning', -4],
    ['where it begins before the call', -300],
    ['across the border of two blocks', 6900],
    ['where it ends after the call', 7200],
  ])('%s', (_, from) => {
    const [best, second] = searchCall(viewOf(900, from, 0.6, `clip at ${from}`), pattern, 5);
    expect(best?.startSeconds).toBeCloseTo(from * ROW_SECONDS, 9);
    expect(best?.score).toBeGreaterThan(1.3 * (second?.score ?? 0));
  });
});

test('alignments are sorted, and apart from each other', () => {
  const found = searchCall(viewOf(900, 3000, 0.6, 'sorted'), pattern, 20);
  expect(found).toHaveLength(20);
  const scores = found.map(({ score }) => score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  const starts = found.map(({ startSeconds }) => startSeconds).sort((a, b) => a - b);
  for (let at = 1; at < starts.length; at += 1)
    expect((starts[at] as number) - (starts[at - 1] as number)).toBeGreaterThanOrEqual(0.016);
});

test('sound of another call fits nowhere in particular', async () => {
  const other = await CallPattern.of(
    SEED.map(byte => byte ^ 1),
    LAYOUT,
    30,
  );
  const [best, second] = searchCall(viewOf(900, 3000, 0.6, 'other'), other, 2);
  expect(best?.score).toBeLessThan(6);
  expect(best?.score).toBeLessThan(1.3 * (second?.score ?? 0));
});
