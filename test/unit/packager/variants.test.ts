import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecording, packRecording, type PackOptions, type PackResult } from '@secure-call/packager';
import {
  audioTrack,
  deriveSegmentKey,
  equalBytes,
  importCallKey,
  openSealedKey,
  openSegment,
  padWithFreeBox,
  pinKey,
  type Variant,
  verifyRegistration,
} from '@secure-call/protocol';
import { ChipSource } from '@secure-call/watermark';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeRecording, segmentLayout } from '../../../packages/packager/src/encode-recording.ts';
import { PeakMeter } from '../../../packages/packager/src/peaks.ts';
import { type KnownSegment, openWhole } from '../../redteam/archive-holder.ts';
import { phoneCall } from '../../support/recordings.ts';
import { packingKeys, type PackingKeys } from './keys.ts';

let keys: PackingKeys;
let folder: string;
let marked: PackResult;

beforeAll(async () => {
  keys = await packingKeys();
  folder = await mkdtemp(join(tmpdir(), 'variants-'));
  marked = await pack();
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

const pack = (more: Partial<PackOptions> = {}): Promise<PackResult> =>
  packRecording({
    recording: phoneCall.path,
    to: join(folder, 'storage'),
    tenant: 'region-x',
    recipients: [keys.archive.publicJwk],
    signer: keys.packager.privateJwk,
    ...more,
  });

const audioOf = async (packed: PackResult): Promise<KnownSegment[]> =>
  (await openWhole(packed, keys.archive)).segments.filter(({ track }) => track.name === 'audio');

/** What goes into each segment of a package, as the encoder gives it for a seed, or for none. */
async function encoded(packed: PackResult, seed: Uint8Array<ArrayBuffer> | undefined) {
  const track = audioTrack(packed.manifest);
  const recording = await openRecording(phoneCall.path);
  const chips = seed && (await ChipSource.of(seed, segmentLayout(recording.sampleRateHz)));
  const segments: Uint8Array[] = [];
  for await (const slot of encodeRecording(recording, new PeakMeter(8000, 1), chips))
    for (const bytes of slot.segments)
      segments.push(padWithFreeBox(bytes, track.slotBytes / slot.segments.length));
  await recording.close();
  // Without the init segment, which states when it was made.
  return segments.slice(1);
}

async function seedOf({ registration: jws }: PackResult): Promise<Uint8Array<ArrayBuffer>> {
  const { registration } = await verifyRegistration(jws, [pinKey(keys.packager.publicJwk)]);
  return openSealedKey(registration.seedJwe, registration, keys.archive.privateJwk);
}

describe('a real call in two variants', () => {
  test('has slots of A beside B, both of one size', async () => {
    const { slotBytes, variants, total } = audioTrack(marked.manifest);
    const segments = await audioOf(marked);
    expect(variants).toBe(2);
    expect(segments.map(({ variant }) => variant)).toEqual([
      0,
      ...Array.from({ length: total - 1 }, () => [1, 2]).flat(),
    ]);
    for (const { variant, stored, slot } of segments) {
      expect(slot).toHaveLength(slotBytes);
      expect(stored).toHaveLength(variant === 0 ? slotBytes : slotBytes / 2);
    }
  });

  test('is what the seed in its registration makes of the recording, segment by segment', async () => {
    const plaintexts = (await audioOf(marked)).slice(1).map(({ plaintext }) => plaintext);
    expect(plaintexts).toEqual(await encoded(marked, await seedOf(marked)));
  });

  test('differs between the variants in every segment', async () => {
    const segments = (await audioOf(marked)).slice(1);
    for (let at = 0; at < segments.length; at += 2) {
      const [a, b] = [segments[at], segments[at + 1]];
      expect(a && b && equalBytes(a.plaintext, b.plaintext)).toBe(false);
    }
  });

  test('has another seed in every packaging', async () => {
    const again = await pack({ callId: marked.callId, rev: 2 });
    expect(equalBytes(await seedOf(again), await seedOf(marked))).toBe(false);
    const [first, second] = [await audioOf(marked), await audioOf(again)];
    expect(
      equalBytes(first[1]?.plaintext ?? new Uint8Array(), second[1]?.plaintext ?? new Uint8Array()),
    ).toBe(false);
  });

  test('a key of one variant opens nothing else', async () => {
    const segments = (await audioOf(marked)).slice(0, 7);
    for (const { key: raw } of segments) {
      const key = await crypto.subtle.importKey('raw', new Uint8Array(raw), 'AES-GCM', false, ['decrypt']);
      const opened = segments.map(({ stored }) =>
        openSegment(key, stored).then(
          () => 1,
          () => 0,
        ),
      );
      expect((await Promise.all(opened)).reduce<number>((sum, one) => sum + one, 0)).toBe(1);
    }
  });

  test('and none of its keys is that of a package without variants', async () => {
    const { registration } = await verifyRegistration(marked.registration, [pinKey(keys.packager.publicJwk)]);
    const callKey = await importCallKey(
      await openSealedKey(registration.jwe, registration, keys.archive.privateJwk),
    );
    const { tenant, call, rev } = marked.manifest;
    const { total } = audioTrack(marked.manifest);
    const none: Variant = 0;
    const binding = { tenant, call, rev, track: 'audio', variant: none, index: 1, total };
    const key = await deriveSegmentKey(callKey, binding);
    const [, a, b] = await audioOf(marked);
    for (const segment of [a, b])
      await expect(openSegment(key, segment?.stored ?? new Uint8Array())).rejects.toMatchObject({
        code: 'integrity_failed',
      });
  });
});

test('with one variant the sound is the recording’s own', async () => {
  const packed = await pack({ variants: 1 });
  const track = audioTrack(packed.manifest);
  const segments = await audioOf(packed);
  expect(track.variants).toBe(1);
  expect(segments.map(({ variant }) => variant)).toEqual(Array.from({ length: track.total }, () => 0));
  expect(segments.slice(1).map(({ plaintext }) => plaintext)).toEqual(await encoded(packed, undefined));
  expect(track.slotBytes).toBeLessThan(audioTrack(marked.manifest).slotBytes);
});

test('a published manifest is that of one variant, which players without a key service can play', async () => {
  const packed = await pack({ publishManifest: true });
  expect(audioTrack(packed.manifest).variants).toBe(1);
});
