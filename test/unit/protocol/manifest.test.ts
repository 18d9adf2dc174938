import {
  type AudioTrack,
  audioTrack,
  concat,
  durationSeconds,
  findTrack,
  firstIndex,
  hashInPage,
  hashPageOf,
  hashPageRange,
  hashPosition,
  HASH_PAGE_BYTES,
  isAudioTrack,
  type Manifest,
  openManifest,
  parseManifest,
  primingSeconds,
  segmentIndexAt,
  segmentSpan,
  sha256,
  sha256Base64url,
  slotCount,
  slotRange,
  toBase64url,
  type Track,
  u32,
  utf8,
  verifyHashPage,
} from '@secure-call/protocol';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import vector from '../../vectors/manifest.json' with { type: 'json' };
import { refusal, refusalOf } from './refusal.ts';
import { type ManifestJson, manifestJson, manifestOf } from './sample.ts';
import { runs } from '../../support/run-counts.ts';

const track = (manifest: Manifest, name: string): Track => {
  const found = manifest.tracks.find(candidate => candidate.name === name);
  if (!found) throw new Error(`no track ${name}`);
  return found;
};

const vectorHashes = async (): Promise<Uint8Array<ArrayBuffer>> =>
  concat(...(await Promise.all(Array.from({ length: 302 }, (_, position) => sha256(u32(position))))));

test('vector: bytes, hash, pages, slots and spans', async () => {
  const manifest = await openManifest(toBase64url(utf8(vector.text)), vector.manifestSha256);
  const hashes = await vectorHashes();
  expect(await sha256Base64url(hashes)).toBe(vector.hashesSha256);
  for (const [page, range] of vector.pages.entries()) {
    expect(hashPageRange(manifest, page)).toEqual(range);
    await verifyHashPage(manifest, page, hashes.slice(range.start, range.end));
  }
  for (const { track: name, index, start, hash } of vector.slots) {
    const at = track(manifest, name);
    expect(slotRange(at, index)).toEqual({ start, end: start + at.slotBytes });
    expect(hashPosition(manifest, at, index)).toBe(hash);
    const { start: from, end } = hashPageRange(manifest, hashPageOf(hash));
    expect(hashInPage(hashes.slice(from, end), hash)).toEqual(await sha256(u32(hash)));
  }
  for (const { index, from, to } of vector.spans)
    expect(segmentSpan(audioTrack(manifest), index)).toEqual({ from, to });
});

test('the sample is acceptable as it stands, and told apart by track', () => {
  const manifest = manifestOf(manifestJson());
  expect(manifest.tracks.map(isAudioTrack)).toEqual([true, false]);
  expect(manifest.tracks.map(firstIndex)).toEqual([0, 1]);
  expect(manifest.tracks.map(slotCount)).toEqual([11, 1]);
  expect(findTrack(manifest, 'peaks')).toBe(manifest.tracks[1]);
  expect(findTrack(manifest, 'details')).toBeUndefined();
  expect(durationSeconds(audioTrack(manifest))).toBe(20);
  expect(primingSeconds(audioTrack(manifest))).toBe(0.128);
});

const audio = (change: object) => (json: ManifestJson) => Object.assign(json.tracks[0] ?? {}, change);
const peaks = (change: object) => (json: ManifestJson) => Object.assign(json.tracks[1] ?? {}, change);
const top = (change: object) => (json: ManifestJson) => Object.assign(json, change);
const digest = toBase64url(new Uint8Array(32));

test.each<[string, (json: ManifestJson) => unknown]>([
  ['another version', top({ v: 2 })],
  ['no tenant', top({ tenant: '' })],
  ['a call id of another form', top({ call: 'call' })],
  ['a package id of another form', top({ packageId: '../../etc' })],
  ['revision 0', top({ rev: 0 })],
  ['half a revision', top({ rev: 1.5 })],
  ['a revision beyond 32 bits', top({ rev: 2 ** 32 })],
  ['something more', top({ more: 1 })],
  ['no tracks', top({ tracks: [] })],
  ['no audio track first', json => json.tracks.reverse()],
  ['two audio tracks', json => json.tracks.push({ ...json.tracks[0], object: 'second.bin' })],
  ['the same track twice', json => json.tracks.push({ ...json.tracks[1], object: 'second.bin' })],
  [
    'two tracks in one object',
    json => json.tracks.push({ ...json.tracks[1], name: 'details', codec: 'json' }),
  ],
  ['no hash page', top({ hashPages: [] })],
  ['a hash page too many', top({ hashPages: [digest, digest] })],
  ['a hash page that is no digest', top({ hashPages: ['x'] })],
  ['an object with a path', audio({ object: 'a/b.bin' })],
  ['an object with a number', audio({ object: 'audio1.bin' })],
  ['an object of another ending', audio({ object: 'audio.mp4' })],
  ['a codec with a space', audio({ codec: 'mp4a 40' })],
  ['no codec', audio({ codec: '' })],
  ['a rate too low', audio({ sampleRateHz: 7999, durationSamples: 155_000 })],
  ['a rate too high', audio({ sampleRateHz: 48_001, segmentSamples: 96_000, durationSamples: 900_000 })],
  ['half a rate', audio({ sampleRateHz: 8000.5 })],
  ['no channels', audio({ channels: [] })],
  ['nine channels', audio({ channels: Array.from({ length: 9 }, () => ({ role: 'caller' })) })],
  ['something more in a channel', audio({ channels: [{ role: 'caller', name: 'x' }] })],
  ['a channel without a role', audio({ channels: [{}] })],
  ['three variants', audio({ variants: 3 })],
  ['no variants', audio({ variants: 0 })],
  ['segments of 1 ms', audio({ segmentSamples: 8, durationSamples: 79, primingSamples: 0 })],
  ['segments just under 1 s', audio({ segmentSamples: 7999, durationSamples: 79_000, primingSamples: 0 })],
  ['segments just over 6 s', audio({ segmentSamples: 48_001, durationSamples: 480_000, primingSamples: 0 })],
  ['half a sample in a segment', audio({ segmentSamples: 16_384.5 })],
  ['no sound', audio({ durationSamples: 0 })],
  ['more sound than segments hold', audio({ durationSamples: 10 * 16_384 - 1024 + 1 })],
  ['more segments than the sound fills', audio({ durationSamples: 9 * 16_384 - 1024 - 8192 })],
  ['a duration that is null, as JSON writes NaN', audio({ durationSamples: Number.NaN })],
  ['half a sample of priming', audio({ primingSamples: 0.5 })],
  ['a priming below 0', audio({ primingSamples: -1 })],
  ['a priming that is too long', audio({ primingSamples: 8193, durationSamples: 150_000 })],
  ['only an init segment', audio({ total: 1 })],
  ['no total', audio({ total: 0 })],
  ['half a total', audio({ total: 10.5 })],
  ['a total beyond the limit', audio({ total: 1_000_001 })],
  ['a slot that is no multiple of 1024', audio({ slotBytes: 4097 })],
  ['two variants in a slot that has no halves of 1024', audio({ variants: 2, slotBytes: 3072 })],
  ['a slot of nothing', audio({ slotBytes: 0 })],
  ['a slot beyond 64 MiB', audio({ slotBytes: 64 * 1024 * 1024 + 1024 })],
  ['something more in a track', audio({ more: 1 })],
  ['an unknown track', peaks({ name: 'video' })],
  ['an unknown codec of data', peaks({ codec: 'peaks' })],
  ['a data track of nothing', peaks({ total: 0 })],
  ['a data track beyond 4096', peaks({ total: 4097 })],
  ['a data slot that is no multiple of 1024', peaks({ slotBytes: 1000 })],
  ['audio’s fields in a data track', peaks({ variants: 1 })],
])('a manifest with %s is refused', async (_, spoil) => {
  const json = manifestJson();
  spoil(json);
  expect(await refusal(() => manifestOf(json))).toBe('request_invalid');
});

test.each<[string, (json: ManifestJson) => unknown]>([
  ['segments of 1 s', audio({ segmentSamples: 8000, durationSamples: 80_000 - 1024 })],
  ['segments of 6 s', audio({ segmentSamples: 48_000, durationSamples: 480_000 - 1024 })],
  ['exactly as much sound as segments hold', audio({ durationSamples: 10 * 16_384 - 1024 })],
  ['a last segment of the encoder’s tail only', audio({ durationSamples: 9 * 16_384 - 1024 - 8191 })],
  ['two variants', audio({ variants: 2 })],
  ['the longest priming', audio({ primingSamples: 8192, durationSamples: 150_000 })],
  ['a rate of 48 kHz', audio({ sampleRateHz: 48_000, segmentSamples: 96_000, durationSamples: 900_000 })],
])('a manifest with %s is accepted', async (_, change) => {
  const json = manifestJson();
  change(json);
  expect(await refusal(() => manifestOf(json))).toBe('accepted');
});

test('eight tracks are not exceeded', async () => {
  const json = manifestJson();
  const letters = 'abcdefg';
  json.tracks.push(
    ...Array.from(letters, letter => ({ ...json.tracks[1], name: 'details', object: `${letter}.bin` })),
  );
  expect((await refusalOf(() => manifestOf(json)))?.message).toBe('The manifest is not valid at "tracks".');
});

test('numbers of 1e999 and text that is no JSON or no UTF-8 are refused', async () => {
  const text = JSON.stringify(manifestJson());
  const parseText = (changed: string): Promise<string> => refusal(() => parseManifest(utf8(changed)));
  expect(await parseText(text)).toBe('accepted');
  expect(await parseText(text.replace('160000', '1e999'))).toBe('request_invalid');
  expect(await parseText(text.slice(1))).toBe('request_invalid');
  const notUtf8 = concat(utf8(text.slice(0, -1)), Uint8Array.of(0xff));
  expect(await refusalOf(() => parseManifest(notUtf8))).toMatchObject({
    code: 'request_invalid',
    message: 'The manifest is not UTF-8.',
  });
});

test('a manifest is opened by its own hash only', async () => {
  const bytes = utf8(JSON.stringify(manifestJson()));
  const hash = await sha256Base64url(bytes);
  expect(await refusal(() => openManifest(toBase64url(bytes), hash))).toBe('accepted');
  expect(await refusal(() => openManifest(toBase64url(concat(bytes, utf8(' '))), hash))).toBe(
    'registration_invalid',
  );
  expect(await refusal(() => openManifest('*', hash))).toBe('request_invalid');
});

test.each([-1, 11, 0.5, Number.NaN, Number.POSITIVE_INFINITY])('audio has no slot %d', index => {
  const manifest = manifestOf(manifestJson());
  expect(() => slotRange(audioTrack(manifest), index)).toThrow(RangeError);
  expect(() => hashPosition(manifest, audioTrack(manifest), index)).toThrow(RangeError);
});

test('a data track has no slot 0; a track of another manifest has no hash', () => {
  const manifest = manifestOf(manifestJson());
  const data = track(manifest, 'peaks');
  if (isAudioTrack(data)) throw new Error('Peaks are data.');
  expect(() => slotRange(data, 0)).toThrow(RangeError);
  expect(slotRange(data, 1)).toEqual({ start: 0, end: 1024 });
  expect(hashPosition(manifest, { ...data }, 1)).toBe(11);
  expect(() => hashPosition(manifest, { ...data, name: 'details' }, 1)).toThrow(RangeError);
});

test('a page of hashes is the registered one, whole, in its place', async () => {
  const manifest = parseManifest(utf8(vector.text));
  const hashes = await vectorHashes();
  const [first, second] = [hashes.slice(0, HASH_PAGE_BYTES), hashes.slice(HASH_PAGE_BYTES)];
  const verdict = (page: number, bytes: Uint8Array<ArrayBuffer>): Promise<string> =>
    refusal(() => verifyHashPage(manifest, page, bytes));
  const turned = first.slice();
  turned[0] = (turned[0] ?? 0) ^ 1;
  for (const [page, bytes] of [
    [0, second],
    [1, first],
    [0, turned],
    [0, first.slice(1)],
    [1, concat(second, new Uint8Array(32))],
    [2, new Uint8Array(0)],
    [-1, first],
  ] as const)
    expect(await verdict(page, bytes)).toBe('integrity_failed');
});

/** Manifests of any shape the schema allows. */
const manifests = fc
  .record({
    sampleRateHz: fc.constantFrom(8000, 16_000, 44_100, 48_000),
    seconds: fc.double({ min: 1, max: 6, noNaN: true }),
    segments: fc.integer({ min: 1, max: 2000 }),
    primingSamples: fc.integer({ min: 0, max: 2200 }),
    short: fc.double({ min: 0, max: 1, noNaN: true }),
    data: fc.uniqueArray(fc.constantFrom('peaks' as const, 'transcript' as const, 'details' as const), {
      maxLength: 3,
    }),
    pieces: fc.integer({ min: 1, max: 300 }),
  })
  .map(({ sampleRateHz, seconds, segments, primingSamples, short, data, pieces }) => {
    const json = manifestJson();
    const segmentSamples = Math.floor(seconds * sampleRateHz);
    const encoded = segments * segmentSamples - primingSamples;
    // Up to a segment and the encoder's tail may follow the recording's last sample.
    const durationSamples = Math.max(1, encoded - Math.floor(short * (segmentSamples + 8191)));
    audio({ sampleRateHz, segmentSamples, durationSamples, primingSamples, total: segments + 1 })(json);
    const codecs = { peaks: 'peaks-u8-20', transcript: 'webvtt', details: 'json' };
    const extra = data.map(name => ({
      name,
      object: `${name}.bin`,
      codec: codecs[name],
      total: pieces + 1,
      slotBytes: 2048,
    }));
    json.tracks = [...json.tracks.slice(0, 1), ...extra];
    const slots = segments + 1 + data.length * pieces;
    json.hashPages = Array.from({ length: Math.ceil((slots * 32) / 8192) }, () => digest);
    return manifestOf(json);
  });

test('slots and hashes of all tracks tile their objects without gap or overlap', () => {
  fc.assert(
    fc.property(manifests, manifest => {
      let position = 0;
      for (const each of manifest.tracks) {
        let end = 0;
        for (let index = firstIndex(each); index < each.total; index += 1) {
          const range = slotRange(each, index);
          expect(range.start).toBe(end);
          end = range.end;
          expect(hashPosition(manifest, each, index)).toBe(position);
          position += 1;
        }
        expect(end).toBe(slotCount(each) * each.slotBytes);
      }
      const ranges = manifest.hashPages.map((_, page) => hashPageRange(manifest, page));
      expect(ranges.map(range => range.start)).toEqual(ranges.map((_, page) => page * HASH_PAGE_BYTES));
      expect(ranges.slice(0, -1).every(range => range.end - range.start === HASH_PAGE_BYTES)).toBe(true);
      expect(ranges.at(-1)?.end).toBe(position * 32);
      expect(hashPageOf(position - 1)).toBe(ranges.length - 1);
    }),
    { numRuns: runs(30) },
  );
});

test('spans tile the recording, and each begins with its own index', () => {
  fc.assert(
    fc.property(manifests, manifest => {
      const each = audioTrack(manifest);
      let end = 0;
      for (let index = 1; index < each.total; index += 1) {
        const span = segmentSpan(each, index);
        expect(span.from).toBe(end);
        expect(span.to).toBeGreaterThanOrEqual(span.from);
        if (span.to > span.from) expect(segmentIndexAt(each, span.from)).toBe(index);
        end = span.to;
      }
      expect(end).toBe(durationSeconds(each));
    }),
    { numRuns: runs(30) },
  );
});

test('every sample of the recording lies in the span of its index', () => {
  const within = (each: AudioTrack, seconds: number, slack: number): void => {
    const span = segmentSpan(each, segmentIndexAt(each, seconds));
    expect(seconds).toBeGreaterThanOrEqual(span.from - slack);
    expect(seconds).toBeLessThan(span.to + slack || Number.MIN_VALUE);
  };
  fc.assert(
    fc.property(
      manifests,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (manifest, share) => {
        const each = audioTrack(manifest);
        const sample = Math.floor(share * each.durationSamples);
        within(each, sample / each.sampleRateHz, 0);
        // A time between two samples belongs to the nearer one.
        within(each, share * durationSeconds(each), 0.51 / each.sampleRateHz);
      },
    ),
    { numRuns: runs(300) },
  );
});

test('times outside the recording lead to its first or last segment', () => {
  const each = audioTrack(manifestOf(manifestJson()));
  expect(segmentIndexAt(each, -5)).toBe(1);
  expect(segmentIndexAt(each, 0)).toBe(1);
  expect(segmentIndexAt(each, 1e9)).toBe(10);
  // The first segment holds the encoder's priming, so it ends that much earlier in the recording.
  expect(segmentIndexAt(each, 1.92)).toBe(2);
  expect(segmentIndexAt(each, 15_359 / 8000)).toBe(1);
});
