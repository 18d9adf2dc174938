import { cp, mkdtemp, open, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspectPackage, packRecording, type PackResult } from '@secure-call/packager';
import {
  audioTrack,
  type Bytes,
  generateKey,
  importCallKey,
  openSealedKey,
  pinKey,
  randomBytes,
  sha256Base64url,
  utf8,
  verifyRegistration,
} from '@secure-call/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { PackageReader } from '../../../packages/packager/src/package-reader.ts';
import { type ExpectedContent, verifyPackage } from '../../../packages/packager/src/verify-package.ts';
import { packingKeys, type PackingKeys } from './keys.ts';
import { tone, wavFile } from './wav-file.ts';

let keys: PackingKeys;
let home: string;
let packed: PackResult;
let folder: string;

beforeAll(async () => {
  keys = await packingKeys();
  home = await mkdtemp(join(tmpdir(), 'inspect-'));
  await writeFile(join(home, 'call.wav'), wavFile({ channels: [tone(9.3, 440), tone(9.3, 700)] }));
  packed = await packRecording({
    recording: join(home, 'call.wav'),
    to: join(home, 'storage'),
    tenant: 'region-x',
    recipients: [keys.archive.publicJwk],
    signer: keys.packager.privateJwk,
  });
});
afterAll(() => rm(home, { recursive: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(home, 'copy-'));
  await cp(packed.folder, folder, { recursive: true });
});
afterEach(() => rm(folder, { recursive: true }));

async function flipByte(name: string, position: number): Promise<void> {
  const file = await open(join(folder, name), 'r+');
  const byte = new Uint8Array(1);
  await file.read(byte, 0, 1, position);
  await file.write(Uint8Array.of((byte[0] ?? 0) ^ 1), 0, 1, position);
  await file.close();
}

const registered = () => ({ registration: packed.registration, packagerKey: keys.packager.publicJwk });
const opened = () => ({ ...registered(), archiveKey: keys.archive.privateJwk });

describe('inspecting a package', () => {
  test('without keys shows names, sizes and randomness, and nothing of the call', async () => {
    const { objects, problems, ...rest } = await inspectPackage(folder);
    expect(problems).toEqual([]);
    expect(rest).toEqual({});
    expect(objects.map(({ name }) => name)).toEqual(['audio.bin', 'details.bin', 'hashes.bin', 'peaks.bin']);
    expect(objects.every(({ isPadded }) => isPadded)).toBe(true);
    expect(objects.filter(({ content }) => content === 'random').map(({ name }) => name)).toContain(
      'audio.bin',
    );
  });

  test('with the registration sums it up and checks every hash', async () => {
    const { registered: summary, problems } = await inspectPackage(folder, registered());
    expect(problems).toEqual([]);
    expect(summary).toEqual({
      tenant: 'region-x',
      rev: 1,
      durationSeconds: 9.3,
      channels: ['left', 'right'],
      variants: 2,
      tracks: [
        { name: 'audio', codec: 'mp4a.40.2', slots: 6 },
        { name: 'peaks', codec: 'peaks-u8-20', slots: 1 },
        { name: 'details', codec: 'json', slots: 1 },
      ],
      checked: 'hashes',
    });
  });

  test('with the archive key opens every slot', async () => {
    expect((await inspectPackage(folder, opened())).registered).toMatchObject({ checked: 'hashes-and-keys' });
  });

  test('tells what is not encrypted', async () => {
    await writeFile(join(folder, 'audio.bin'), await readFile(join(home, 'call.wav')));
    await writeFile(join(folder, 'details.bin'), 'plain words '.repeat(200));
    expect((await inspectPackage(folder)).problems).toEqual([
      'audio.bin has a size that objects are not padded to.',
      'audio.bin does not look encrypted.',
      'details.bin has a size that objects are not padded to.',
      'details.bin does not look encrypted.',
    ]);
  });

  test('does not quote the name of a foreign file', async () => {
    await writeFile(join(folder, '0701234567.wav'), randomBytes(2048));
    const { problems } = await inspectPackage(folder);
    expect(problems).toEqual(['The folder holds a file that belongs to no package.']);
  });

  test.each([
    ['a byte of sound', () => flipByte('audio.bin', 30_000), /audio\.bin/],
    ['a hash', () => flipByte('hashes.bin', 40), /hashes/],
    ['the end of an object', () => truncate(join(folder, 'peaks.bin'), 512), /peaks\.bin/],
    ['an object', () => rm(join(folder, 'details.bin')), /details\.bin/],
  ])('tells when %s was changed or is gone', async (_, damage, message) => {
    await damage();
    const inspection = await inspectPackage(folder, registered());
    expect(inspection.problems).toContainEqual(expect.stringMatching(message));
    expect(inspection.registered).toBeUndefined();
  });

  test('refuses another packager’s registration, another archive’s key, and what is no package', async () => {
    const [otherPackager, otherArchive] = [await generateKey('packager'), await generateKey('archive')];
    await expect(
      inspectPackage(folder, { ...registered(), packagerKey: otherPackager.publicJwk }),
    ).rejects.toMatchObject({
      code: 'registration_invalid',
    });
    await expect(
      inspectPackage(folder, { ...opened(), archiveKey: otherArchive.privateJwk }),
    ).rejects.toMatchObject({
      code: 'registration_invalid',
    });
    await expect(inspectPackage(folder, { registration: packed.registration })).rejects.toMatchObject({
      code: 'configuration_invalid',
    });
    await expect(inspectPackage(join(folder, 'none'))).rejects.toMatchObject({ code: 'package_unreadable' });
  });
});

describe('reading a package back', () => {
  let put: ExpectedContent;

  beforeAll(async () => {
    const { registration, manifest } = await verifyRegistration(packed.registration, [
      pinKey(keys.packager.publicJwk),
    ]);
    const callKey = await openSealedKey(registration.jwe, registration, keys.archive.privateJwk);
    const reader = new PackageReader(packed.folder, manifest);
    const opener = await importCallKey(callKey);
    const segmentDigests: string[] = [];
    for await (const { plaintext } of reader.plaintexts(audioTrack(manifest), opener))
      segmentDigests.push(await sha256Base64url(withoutPadding(plaintext)));
    put = { callKey, segmentDigests, data: [], checkpoint: () => undefined };
  });

  /** The padding is the one box after `mdat`, or after `moov`. */
  function withoutPadding(plaintext: Bytes): Bytes {
    const boxes = new DataView(plaintext.buffer);
    let [offset, last] = [0, 0];
    while (offset < plaintext.length) [last, offset] = [offset, offset + boxes.getUint32(offset)];
    return plaintext.slice(0, last);
  }

  const verify = (other: Partial<ExpectedContent> = {}) =>
    verifyPackage(folder, packed.manifest, { ...put, ...other });

  test('finds nothing wrong with what was put in', async () => {
    await expect(verify()).resolves.toBeUndefined();
  });

  test.each([
    ['a changed byte', () => flipByte('audio.bin', 30_000), /audio\.bin/],
    ['a changed size', () => truncate(join(folder, 'audio.bin'), 60_000), /audio\.bin/],
  ])('finds %s', async (_, damage, message) => {
    await damage();
    await expect(verify()).rejects.toMatchObject({
      code: 'package_verification_failed',
      message: expect.stringMatching(message),
    });
  });

  test.each<[string, () => Partial<ExpectedContent>]>([
    ['a wrong key', () => ({ callKey: randomBytes(32) })],
    ['other sound', () => ({ segmentDigests: put.segmentDigests.with(3, 'other') })],
    ['sound that is missing', () => ({ segmentDigests: [...put.segmentDigests, 'more'] })],
    ['other data', () => ({ data: [{ name: 'peaks', bytes: utf8('other') }] })],
    ['data that is missing', () => ({ data: [{ name: 'transcript', bytes: utf8('WEBVTT') }] })],
  ])('finds %s', async (_, other) => {
    await expect(verify(other())).rejects.toMatchObject({ code: 'package_verification_failed' });
  });

  test('finds that a recording was longer than what was encoded', async () => {
    const [audio, ...data] = packed.manifest.tracks;
    const longer = { ...audio, durationSamples: audio.durationSamples + 1024 };
    await expect(
      verifyPackage(folder, { ...packed.manifest, tracks: [longer, ...data] }, put),
    ).rejects.toMatchObject({
      code: 'package_verification_failed',
    });
  });
});
