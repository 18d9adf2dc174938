import { type AudioTrack, durationSeconds } from '@secure-call/protocol';
import { describe, expect, test } from 'vitest';
import { audioWindow, firstPermittedSecond } from '../../../packages/server/src/lease-window.ts';

function track(changes: Partial<AudioTrack> = {}): AudioTrack {
  return {
    name: 'audio',
    object: 'audio.bin',
    codec: 'mp4a.40.2',
    sampleRateHz: 8000,
    channels: [{ role: 'caller' }],
    variants: 1,
    total: 31,
    slotBytes: 2048,
    segmentSamples: 16000,
    durationSamples: 480_000 - 1024,
    primingSamples: 1024,
    ...changes,
  };
}

describe('a window', () => {
  test('begins with the segment that holds the second, and follows the one before', () => {
    const first = audioWindow(track(), 0, 12, undefined);
    expect(first).toEqual({ firstIndex: 1, lastIndex: 6, fromSeconds: 0, toSeconds: 11.872 });
    const next = audioWindow(track(), first?.toSeconds ?? 0, 12, undefined);
    expect(next).toEqual({ firstIndex: 7, lastIndex: 12, fromSeconds: 11.872, toSeconds: 23.872 });
  });

  test('windows one after another cover the recording without gap or overlap', () => {
    const audio = track();
    let expected = 1;
    for (let from = 0; expected < audio.total;) {
      const window = audioWindow(audio, from, 12, undefined);
      expect(window?.firstIndex).toBe(expected);
      expect(window?.fromSeconds).toBe(from);
      expected = (window?.lastIndex ?? NaN) + 1;
      from = window?.toSeconds ?? NaN;
    }
    expect(expected).toBe(audio.total);
  });

  test('has at least one segment, however long a segment is', () => {
    const long = track({ segmentSamples: 48_000, total: 11 });
    expect(audioWindow(long, 20, 1, undefined)).toMatchObject({ firstIndex: 4, lastIndex: 4 });
  });

  test('takes along segments of nothing but priming, and those behind the last sample', () => {
    // 8000 samples in a segment: the first holds only priming, the last only what the encoder flushed.
    const odd = track({
      segmentSamples: 8000,
      primingSamples: 8000,
      durationSamples: 16_000,
      total: 5,
    });
    expect(audioWindow(odd, 0, 1, undefined)).toMatchObject({ firstIndex: 1, lastIndex: 2 });
    expect(audioWindow(odd, 1, 1, undefined)).toMatchObject({ firstIndex: 3, lastIndex: 4 });
    expect(audioWindow(odd, durationSeconds(odd), 1, undefined)).toMatchObject({ lastIndex: 4 });
  });

  test('stops where the permission stops, in whole segments', () => {
    const audio = track({ primingSamples: 0, durationSamples: 480_000 });
    const window = (from: number, ...ranges: [number, number][]) => audioWindow(audio, from, 12, ranges);
    expect(window(3, [3, 5])).toMatchObject({ fromSeconds: 2, toSeconds: 6 });
    expect(window(3, [3, 4])).toMatchObject({ fromSeconds: 2, toSeconds: 4 });
    expect(window(4, [3, 4])).toBeUndefined();
    expect(window(3, [3, 5], [6, 7])).toMatchObject({ fromSeconds: 2, toSeconds: 8 });
    expect(window(3, [3, 5], [8, 9])).toMatchObject({ fromSeconds: 2, toSeconds: 6 });
    expect(window(3, [5, 3])).toBeUndefined();
    expect(window(3, [3, 3])).toBeUndefined();
  });
});

test('the first permitted second', () => {
  const audio = track();
  expect(firstPermittedSecond(audio, undefined)).toBe(0);
  expect(
    firstPermittedSecond(audio, [
      [40, 50],
      [10, 20],
    ]),
  ).toBe(10);
  expect(firstPermittedSecond(audio, [[70, 80]])).toBeUndefined();
  expect(firstPermittedSecond(audio, [[20, 10]])).toBeUndefined();
});
