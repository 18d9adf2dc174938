import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packRecording, type PackOptions, type PackResult } from '@secure-call/packager';
import {
  audioTrack,
  type Bytes,
  concat,
  deriveSegmentKey,
  findTrack,
  firstIndex,
  fromUtf8,
  hashInPage,
  hashPageOf,
  hashPageRange,
  hashPosition,
  importCallKey,
  openSealedKey,
  openSegment,
  padmeBytes,
  pinKey,
  sha256,
  slotRange,
  slotVariants,
  storedVariant,
  type Track,
  type TrackName,
  unpackData,
  utf8,
  verifyHashPage,
  verifyRegistration,
} from '@secure-call/protocol';
import { BufferSource, EncodedPacketSink, Input, MP4 } from 'mediabunny';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { packingKeys, type PackingKeys } from './keys.ts';
import { chunk, tone, wavFile } from './wav-file.ts';

const left = tone(9.3, 440);
const right = tone(9.3, 700, 8000, 0.1);
const transcript = 'WEBVTT\r\n\r\n00:01.000 --> 00:02.500\r\n<v Nurse>Healthcare hotline.\r\n';

let keys: PackingKeys;
let folder: string;
let storage: string;

beforeAll(async () => {
  keys = await packingKeys();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pack-'));
  storage = join(folder, 'storage');
});
afterEach(() => rm(folder, { recursive: true }));

async function fileWith(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const taggedCall = (): Buffer =>
  wavFile({
    codec: 'mulaw',
    channels: [left, right],
    before: chunk(
      'LIST',
      Buffer.concat([Buffer.from('INFO'), chunk('INAM', Buffer.from('Anna Andersson\0'))]),
    ),
  });

function pack(recording: string, more: Partial<PackOptions> = {}): Promise<PackResult> {
  return packRecording({
    recording,
    to: storage,
    tenant: 'region-x',
    recipients: [keys.archive.publicJwk],
    signer: keys.packager.privateJwk,
    ...more,
  });
}

/** Opens a package as key service and player do between them, by the protocol alone. */
class Opened {
  readonly #folder: string;
  readonly #callKey: CryptoKey;
  readonly manifest;

  private constructor(path: string, callKey: CryptoKey, manifest: PackResult['manifest']) {
    this.#folder = path;
    this.#callKey = callKey;
    this.manifest = manifest;
  }

  static async open({ registration: jws, folder: path }: PackResult): Promise<Opened> {
    const { registration, manifest } = await verifyRegistration(jws, [pinKey(keys.packager.publicJwk)]);
    const callKey = await openSealedKey(registration.jwe, registration, keys.archive.privateJwk);
    return new Opened(path, await importCallKey(callKey), manifest);
  }

  /** @param wanted - which variant of marked sound */
  async slots(name: TrackName, wanted: 'A' | 'B' = 'A'): Promise<Bytes[]> {
    const track = findTrack(this.manifest, name);
    if (!track) throw new Error(`no track ${name}`);
    const object = new Uint8Array(await readFile(join(this.#folder, track.object)));
    const plaintexts: Bytes[] = [];
    for (let index: number = firstIndex(track); index < track.total; index += 1) {
      const { start, end } = slotRange(track, index);
      const stored = object.slice(start, end);
      expect(await sha256(stored)).toEqual(await this.#hash(track, index));
      const { tenant, call, rev } = this.manifest;
      const variant = slotVariants(track, index).at(wanted === 'A' ? 0 : -1) ?? 0;
      const binding = { tenant, call, rev, track: name, variant, index, total: track.total };
      const segment = storedVariant(stored, variant);
      plaintexts.push(await openSegment(await deriveSegmentKey(this.#callKey, binding), segment));
    }
    return plaintexts;
  }

  async data(name: TrackName): Promise<Bytes> {
    return concat(...(await Promise.all((await this.slots(name)).map(unpackData))));
  }

  async #hash(track: Track, index: number): Promise<Bytes> {
    const position = hashPosition(this.manifest, track, index);
    const number = hashPageOf(position);
    const { start, end } = hashPageRange(this.manifest, number);
    const page = new Uint8Array(await readFile(join(this.#folder, 'hashes.bin'))).slice(start, end);
    await verifyHashPage(this.manifest, number, page);
    return hashInPage(page, position);
  }
}

async function packetsOf(
  mp4: Bytes,
): Promise<{ timestamps: number[]; channels: number; sampleRateHz: number }> {
  const input = new Input({ source: new BufferSource(mp4), formats: [MP4] });
  const track = await input.getPrimaryAudioTrack();
  if (!track) throw new Error('no audio track');
  const sampleRateHz = await track.getSampleRate();
  const timestamps: number[] = [];
  for await (const packet of new EncodedPacketSink(track).packets())
    timestamps.push(Math.round(packet.timestamp * sampleRateHz));
  return { timestamps, channels: await track.getNumberOfChannels(), sampleRateHz };
}

describe('a packaged call', () => {
  test('opens with the archive key alone, slot by slot, and holds all of the sound', async () => {
    const packed = await pack(await fileWith('call.wav', taggedCall()), { channels: ['caller', 'nurse'] });
    const opened = await Opened.open(packed);
    const track = audioTrack(opened.manifest);
    expect(track).toMatchObject({
      codec: 'mp4a.40.2',
      sampleRateHz: 8000,
      channels: [{ role: 'caller' }, { role: 'nurse' }],
      variants: 2,
      segmentSamples: 16 * 1024,
      durationSamples: left.length,
      primingSamples: 1024,
    });
    expect(packed.durationSeconds).toBeCloseTo(9.3);

    const packets = Math.ceil((left.length + 1024) / 1024);
    for (const variant of ['A', 'B'] as const) {
      const [init = new Uint8Array(), ...segments] = await opened.slots('audio', variant);
      const whole = await packetsOf(concat(init, ...segments));
      expect(whole).toMatchObject({ channels: 2, sampleRateHz: 8000 });
      expect(whole.timestamps).toEqual(Array.from({ length: packets }, (_, index) => index * 1024));
      for (const [index, segment] of segments.entries()) {
        const { timestamps } = await packetsOf(concat(init, segment));
        expect(timestamps[0]).toBe(index * track.segmentSamples);
        expect(timestamps).toHaveLength(Math.min(16, packets - index * 16));
      }
    }
  });

  test('has objects of Padmé sizes and slots of one size, under opaque names', async () => {
    const {
      folder: path,
      callId,
      packageId,
      manifest,
    } = await pack(await fileWith('0701234567.wav', taggedCall()));
    expect(path).toBe(join(storage, callId, packageId));
    expect(await readdir(storage)).toEqual([callId]);
    expect(await readdir(join(storage, callId))).toEqual([packageId]);
    expect((await readdir(path)).sort()).toEqual(['audio.bin', 'details.bin', 'hashes.bin', 'peaks.bin']);
    for (const name of await readdir(path)) {
      const { size } = await stat(join(path, name));
      expect(padmeBytes(size)).toBe(size);
    }
    const track = audioTrack(manifest);
    expect((await stat(join(path, 'audio.bin'))).size).toBe(padmeBytes(track.total * track.slotBytes));
    expect(track.slotBytes % 2048).toBe(0);
  });

  test('is readable for whoever may read the storage folder', async () => {
    const { folder: path } = await pack(await fileWith('call.wav', taggedCall()));
    const ordinary = join(folder, 'ordinary');
    await mkdir(ordinary);
    expect((await stat(path)).mode).toBe((await stat(ordinary)).mode);
  });

  test('keeps tags, file name and details in details.bin, and out of the sound', async () => {
    const recording = await fileWith('0701234567.wav', taggedCall());
    const opened = await Opened.open(
      await pack(recording, { details: { line: '1177', answeredBy: 'Karin' } }),
    );
    expect(JSON.parse(fromUtf8(await opened.data('details')))).toEqual({
      line: '1177',
      answeredBy: 'Karin',
      sourceFile: { name: '0701234567.wav', tags: { INAM: 'Anna Andersson' } },
    });
    const audio = Buffer.from(concat(...(await opened.slots('audio'))));
    expect(audio.includes('Anna')).toBe(false);
    expect(audio.includes('INAM')).toBe(false);
  });

  test('carries the transcript with line feeds only', async () => {
    const opened = await Opened.open(
      await pack(await fileWith('call.wav', taggedCall()), {
        transcript: await fileWith('call.vtt', transcript),
      }),
    );
    expect(await opened.data('transcript')).toEqual(utf8(transcript.replaceAll('\r\n', '\n')));
  });

  test('carries 20 peaks a second per channel, side by side', async () => {
    const opened = await Opened.open(
      await pack(await fileWith('call.wav', wavFile({ channels: [left, right] }))),
    );
    const peaks = await opened.data('peaks');
    expect(peaks).toHaveLength(Math.ceil(9.3 * 20) * 2);
    expect([...new Set(peaks.filter((_, index) => index % 2 === 0))]).toEqual([102]);
    expect(Math.max(...peaks.filter((_, index) => index % 2 === 1))).toBe(26);
  });

  test.each([
    ['one sample', 1, 8000],
    ['one frame exactly', 1024, 8000],
    ['one segment less the priming', 15 * 1024, 8000],
    ['one sample more than that', 15 * 1024 + 1, 8000],
    ['a rate that does not divide into twentieths', 30_000, 11025],
    ['CD rate', 100_000, 44100],
  ])('%s', async (_, samples, sampleRateHz) => {
    const channels = [tone(samples / sampleRateHz, 440, sampleRateHz)];
    const opened = await Opened.open(
      await pack(await fileWith('call.wav', wavFile({ channels, sampleRateHz }))),
    );
    const { timestamps } = await packetsOf(concat(...(await opened.slots('audio'))));
    expect(timestamps).toHaveLength(Math.ceil((samples + 1024) / 1024));
    expect(await opened.data('peaks')).toHaveLength(Math.ceil((samples / sampleRateHz) * 20));
  });

  test('MP3 goes in as well', async () => {
    const mp3 = new URL('../../vectors/audio/stereo-vbr-tagged-16000.mp3', import.meta.url).pathname;
    const opened = await Opened.open(await pack(mp3));
    expect(audioTrack(opened.manifest)).toMatchObject({ sampleRateHz: 16000, durationSamples: 89 * 576 });
    const audio = Buffer.from(concat(...(await opened.slots('audio'))));
    expect(audio.includes('Anna')).toBe(false);
  });

  test('a second packaging of a call stands beside the first', async () => {
    const recording = await fileWith('call.wav', taggedCall());
    const first = await pack(recording);
    const second = await pack(recording, { callId: first.callId, rev: 2 });
    expect((await readdir(join(storage, first.callId))).sort()).toEqual(
      [first.packageId, second.packageId].sort(),
    );
    expect((await Opened.open(second)).manifest).toMatchObject({ call: first.callId, rev: 2 });
  });

  test('progress runs to the end of the recording', async () => {
    const progress: number[] = [];
    await pack(await fileWith('call.wav', taggedCall()), {
      onProgress: (done, total) => progress.push(done / total),
    });
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect(progress.at(-1)).toBe(1);
  });
});

describe('what fails leaves nothing behind', () => {
  const vtt = (body: string) => `WEBVTT\n\n${body}\n`;
  test.each<[string, string | Uint8Array, RegExp]>([
    ['no signature', '00:01.000 --> 00:02.000\nHello\n', /WEBVTT/],
    ['no cue', 'WEBVTT\n', /no cue/],
    ['a timing that cannot be read', vtt('00:01,000 --> 00:02,000'), /line 3/],
    ['a cue that ends first', vtt('00:02.000 --> 00:01.000'), /line 3/],
    ['another call’s', vtt('01:00:00.000 --> 01:00:01.000'), /another call/],
    ['not UTF-8', Buffer.from('WEBVTT\n\n\xe5\n', 'latin1'), /UTF-8/],
  ])('a transcript that has %s', async (_, content, message) => {
    const recording = await fileWith('call.wav', taggedCall());
    await expect(pack(recording, { transcript: await fileWith('call.vtt', content) })).rejects.toMatchObject({
      code: 'attachment_invalid',
      message: expect.stringMatching(message),
    });
    await expectNothingStored();
  });

  test.each<[string, () => Partial<PackOptions>, string]>([
    ['no archive key', () => ({ recipients: [] }), 'configuration_invalid'],
    ['a packager key for an archive key', () => ({ recipients: [keys.packager.publicJwk] }), 'key_invalid'],
    ['the public half for signing', () => ({ signer: keys.packager.publicJwk }), 'key_invalid'],
    ['an empty tenant', () => ({ tenant: '' }), 'configuration_invalid'],
    ['revision 0', () => ({ rev: 0 }), 'configuration_invalid'],
    [
      'variants that nobody would allot',
      () => ({ publishManifest: true, variants: 2 }),
      'configuration_invalid',
    ],
    ['one role for two channels', () => ({ channels: ['caller'] }), 'configuration_invalid'],
    [
      'a transcript that is not there',
      () => ({ transcript: join(folder, 'none.vtt') }),
      'attachment_invalid',
    ],
  ])('%s', async (_, options, code) => {
    await expect(pack(await fileWith('call.wav', taggedCall()), options())).rejects.toMatchObject({ code });
    await expectNothingStored();
  });

  test('a storage folder that is a file', async () => {
    const to = await fileWith('storage-file', '');
    await expect(pack(await fileWith('call.wav', taggedCall()), { to })).rejects.toMatchObject({
      code: 'storage_failed',
    });
  });

  test('sound that cannot be encoded', async () => {
    const broken = left.slice();
    broken[40_000] = Number.NaN;
    const recording = await fileWith('call.wav', wavFile({ codec: 'f32', channels: [broken] }));
    await expect(pack(recording)).rejects.toMatchObject({ code: 'recording_unreadable' });
    await expectNothingStored();
  });

  test.each([1, 4, 8, 12, 16])('stopped at its %i. step', async step => {
    const controller = new AbortController();
    let steps = 0;
    const signal = new Proxy(controller.signal, {
      get(target, name) {
        if (name === 'aborted' && (steps += 1) === step) controller.abort();
        return Reflect.get(target, name, target) as unknown;
      },
    });
    const recording = await fileWith('call.wav', taggedCall());
    await expect(pack(recording, { signal })).rejects.toMatchObject({ code: 'aborted' });
    await expectNothingStored();
  });

  async function expectNothingStored(): Promise<void> {
    const stored = await readdir(storage, { recursive: true }).catch(() => []);
    expect(stored).toEqual([]);
    const names = (await readdir(folder)).filter(name => name !== basename(storage));
    expect(names.filter(name => !name.startsWith('call.'))).toEqual([]);
  }
});
