import { createDecipheriv } from 'node:crypto';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packRecording } from '@secure-call/packager';
import { generateKey } from '@secure-call/protocol';
import { Parser } from 'm3u8-parser';
import { BufferSource, EncodedPacketSink, Input, MP4 } from 'mediabunny';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packingKeys, type PackingKeys } from '../packager/keys.ts';
import { tone, wavFile } from '../packager/wav-file.ts';
import { type Captured, run } from './captured-terminal.ts';

const SECONDS = 9.3;

let folder: string;
let keys: PackingKeys;
let packageFolder: string;
const at = (name: string): string => join(folder, name);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'export-'));
  keys = await packingKeys();
  await writeFile(at('call.wav'), wavFile({ channels: [tone(SECONDS, 440), tone(SECONDS, 700)] }));
  const packed = await packRecording({
    recording: at('call.wav'),
    to: at('storage'),
    tenant: 'region-x',
    recipients: [keys.archive.publicJwk],
    signer: keys.packager.privateJwk,
  });
  packageFolder = packed.folder;
  await writeFile(at('call.jws'), packed.registration);
  await writeFile(at('archive.jwk'), JSON.stringify(keys.archive.privateJwk));
  await writeFile(at('packager.pub'), JSON.stringify(keys.packager.publicJwk));
});
afterEach(() => rm(folder, { recursive: true }));

const optionArgs = (): string[] =>
  Object.entries({
    '--registration': 'call.jws',
    '--packager-key': 'packager.pub',
    '--archive-key': 'archive.jwk',
    '--out': 'out',
  }).flatMap(([option, name]) => [option, at(name)]);
const exportAll = (): Promise<Captured> => run(['export-hls', packageFolder, ...optionArgs()]);

interface ParsedKey {
  readonly method: string;
  readonly uri: string;
  readonly iv?: unknown;
}
interface ParsedRange {
  readonly length: number;
  readonly offset: number;
}
interface ParsedSegment {
  readonly uri: string;
  readonly duration: number;
  readonly byterange: ParsedRange;
  readonly key: ParsedKey;
  readonly map: { readonly uri: string; readonly byterange: ParsedRange; readonly key: ParsedKey };
}

async function parsePlaylist(): Promise<{
  segments: ParsedSegment[];
  version: number;
  targetDuration: number;
}> {
  const parser = new Parser();
  parser.push(await readFile(at('out/index.m3u8'), 'utf8'));
  parser.end();
  const { segments, version, targetDuration, endList } = parser.manifest;
  expect(endList).toBe(true);
  return {
    segments: segments as unknown as ParsedSegment[],
    version: version ?? 0,
    targetDuration: targetDuration ?? 0,
  };
}

/** The form of draft-pantos-hls-rfc8216bis, by Node's own crypto: IV, ciphertext, tag. */
async function decrypt(uri: string, { offset, length }: ParsedRange, key: ParsedKey): Promise<Buffer> {
  expect(key).toMatchObject({ method: 'AES-256-GCM' });
  expect(key.iv).toBeUndefined();
  const raw = Buffer.from(await (await fetch(key.uri)).arrayBuffer());
  expect(raw).toHaveLength(32);
  const stored = (await readFile(at(`out/${uri}`))).subarray(offset, offset + length);
  const decipher = createDecipheriv('aes-256-gcm', raw, stored.subarray(0, 16));
  decipher.setAuthTag(stored.subarray(-16));
  return Buffer.concat([decipher.update(stored.subarray(16, -16)), decipher.final()]);
}

describe('export-hls', () => {
  test('writes a playlist that another implementation reads, opens and demuxes in whole', async () => {
    const { exitCode, stdout, stderr } = await exportAll();
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'Exported 9.3 s in 5 segment(s).\n' });
    expect(stderr).toContain('WARNING: the folder now holds the keys');

    const { segments, version, targetDuration } = await parsePlaylist();
    expect({ version, targetDuration }).toEqual({ version: 13, targetDuration: 3 });
    expect(segments).toHaveLength(5);
    const { map } = segments[0] ?? { map: undefined };
    if (!map) throw new Error('no map');
    const parts = [await decrypt(map.uri, map.byterange, map.key)];
    for (const { uri, byterange, key } of segments) parts.push(await decrypt(uri, byterange, key));

    const input = new Input({
      source: new BufferSource(new Uint8Array(Buffer.concat(parts))),
      formats: [MP4],
    });
    const track = await input.getPrimaryAudioTrack();
    if (!track) throw new Error('no sound');
    let packets = 0;
    for await (const _ of new EncodedPacketSink(track).packets()) packets += 1;
    expect(packets).toBe(Math.ceil((SECONDS * 8000 + 1024) / 1024));
    const seconds = segments.reduce((sum, { duration }) => sum + duration, 0);
    expect(seconds).toBeCloseTo((packets * 1024) / 8000, 5);
    for (const { duration } of segments) expect(Math.round(duration)).toBeLessThanOrEqual(targetDuration);
  });

  test('takes the variant that is asked for, and only its keys', async () => {
    const exported: Buffer[] = [];
    for (const variant of ['A', 'B']) {
      await rm(at('out'), { recursive: true, force: true });
      expect(await run(['export-hls', packageFolder, ...optionArgs(), '--variant', variant])).toMatchObject({
        exitCode: 0,
      });
      const { segments } = await parsePlaylist();
      const [first] = segments;
      if (!first) throw new Error('no segment');
      exported.push(await decrypt(first.uri, first.byterange, first.key));
    }
    expect(exported[0]?.equals(exported[1] ?? Buffer.alloc(0))).toBe(false);
    expect(await run(['export-hls', packageFolder, ...optionArgs(), '--variant', 'C'])).toMatchObject({
      exitCode: 2,
    });
  });

  test('every slot has a key of its own', async () => {
    await exportAll();
    const { segments } = await parsePlaylist();
    const uris = [segments[0]?.map.key.uri, ...segments.map(({ key }) => key.uri)];
    expect(new Set(uris).size).toBe(6);
  });

  test('only its owner can read what holds the keys', async () => {
    await exportAll();
    expect((await stat(at('out'))).mode & 0o777).toBe(0o700);
    expect((await stat(at('out/index.m3u8'))).mode & 0o777).toBe(0o600);
  });

  test('a folder that exists is left alone', async () => {
    await mkdir(at('out'));
    await writeFile(at('out/index.m3u8'), 'precious');
    const { exitCode, stderr } = await exportAll();
    expect(exitCode).toBe(1);
    expect(stderr).toContain('exists already');
    expect(await readdir(at('out'))).toEqual(['index.m3u8']);
    expect(await readFile(at('out/index.m3u8'), 'utf8')).toBe('precious');
  });

  test.each<[string, () => Promise<void>, RegExp]>([
    [
      'a changed byte',
      async () => {
        const file = await open(join(packageFolder, 'audio.bin'), 'r+');
        await file.write('?', 9000);
        await file.close();
      },
      /not what was sealed/,
    ],
    [
      'another archive’s key',
      async () => writeFile(at('archive.jwk'), JSON.stringify((await generateKey('archive')).privateJwk)),
      /not sealed to this archive key/,
    ],
    [
      'another packager’s key',
      async () => writeFile(at('packager.pub'), JSON.stringify((await generateKey('packager')).publicJwk)),
      /./,
    ],
    ['a missing package', () => rm(packageFolder, { recursive: true }), /cannot be opened/],
  ])('%s is refused and leaves nothing', async (_, spoil, message) => {
    await spoil();
    const { exitCode, stdout, stderr } = await exportAll();
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(await readdir(folder)).not.toContain('out');
  });

  test.each(['--registration', '--packager-key', '--archive-key', '--out'])(
    'without %s it is a usage error',
    async option => {
      const args = optionArgs();
      args.splice(args.indexOf(option), 2);
      expect(await run(['export-hls', packageFolder, ...args])).toMatchObject({ exitCode: 2, stdout: '' });
    },
  );

  test('without a package it is a usage error', async () => {
    expect(await run(['export-hls', ...optionArgs()])).toMatchObject({ exitCode: 2, stdout: '' });
  });
});
