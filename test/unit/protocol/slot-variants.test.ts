import {
  audioTrack,
  findTrack,
  parseManifest,
  slotVariants,
  storedVariant,
  utf8,
} from '@secure-call/protocol';
import { describe, expect, test } from 'vitest';
import { manifestJson } from './sample.ts';

const manifestWith = (variants: 1 | 2) => {
  const json = manifestJson();
  Object.assign(json.tracks[0] ?? {}, { variants });
  return parseManifest(utf8(JSON.stringify(json)));
};

describe('the variants of a slot', () => {
  test('are A and B, but for the init segment and other tracks', () => {
    const manifest = manifestWith(2);
    const audio = audioTrack(manifest);
    expect([0, 1, 2].map(index => slotVariants(audio, index))).toEqual([[0], [1, 2], [1, 2]]);
    const peaks = findTrack(manifest, 'peaks');
    expect(peaks && slotVariants(peaks, 1)).toEqual([0]);
  });

  test('are none where the track has one', () => {
    const audio = audioTrack(manifestWith(1));
    expect([0, 1].map(index => slotVariants(audio, index))).toEqual([[0], [0]]);
  });
});

test('a segment without a variant is the whole slot; A is its first half, B its second', () => {
  const slot = Uint8Array.of(1, 2, 3, 4, 5, 6);
  expect(storedVariant(slot, 0)).toEqual(slot);
  expect(storedVariant(slot, 1)).toEqual(Uint8Array.of(1, 2, 3));
  expect(storedVariant(slot, 2)).toEqual(Uint8Array.of(4, 5, 6));
});
