import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packRecording, type PackResult } from '@secure-call/packager';
import {
  type Bytes,
  generateKey,
  type KeyPair,
  openSegment,
  padmeBytes,
  randomBytes,
  sha256,
  slotCount,
  slotRange,
  firstIndex,
  utf8,
} from '@secure-call/protocol';
import { createStorageHandler } from '@secure-call/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nurseCall, phoneCall } from '../support/recordings.ts';
import { openWhole } from './archive-holder.ts';
import { audioMarkersIn } from './audio-markers.ts';

const ORIGIN = 'https://storage.example';
/** Six standard deviations above the mean of a chi-square distribution with 255 degrees of freedom. */
const CHI_SQUARE_LIMIT = 255 + 6 * Math.sqrt(510);

let folder: string;
let archive: KeyPair;
let packages: PackResult[];
let storage: (request: Request) => Promise<Response>;
let crawled: ReadonlyMap<string, Bytes>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'open-bucket-'));
  archive = await generateKey('archive');
  const packager = await generateKey('packager');
  packages = [];
  for (const { path, channels } of [nurseCall, phoneCall]) {
    const packed = await packRecording({
      recording: path,
      to: join(folder, 'storage'),
      tenant: 'region-x',
      recipients: [archive.publicJwk],
      signer: packager.privateJwk,
      channels,
      details: { line: '+46 8 123 456 78', number: '20170102-2384' },
      ...(path === nurseCall.path ? { transcript: path.replace(/wav$/, 'vtt') } : {}),
    });
    packages.push(packed);
  }
  storage = createStorageHandler(join(folder, 'storage'));
  crawled = await crawl('/');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Follows every listing without any credential. @returns path -> bytes */
async function crawl(path: string): Promise<Map<string, Bytes>> {
  const response = await storage(new Request(ORIGIN + path));
  expect(response.status).toBe(200);
  if (!path.endsWith('/')) return new Map([[path, new Uint8Array(await response.arrayBuffer())]]);
  const { entries } = (await response.json()) as { entries: string[] };
  const found = new Map<string, Bytes>();
  for (const entry of entries) for (const [name, bytes] of await crawl(path + entry)) found.set(name, bytes);
  return found;
}

function chiSquare(bytes: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  const expected = bytes.length / 256;
  return counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('a stranger with the whole bucket', () => {
  test('finds every object of every package and nothing else', () => {
    const expected = packages.flatMap(({ callId, packageId, manifest }) =>
      [...manifest.tracks.map(track => track.object), 'hashes.bin'].map(
        object => `/${callId}/${packageId}/${object}`,
      ),
    );
    expect([...crawled.keys()].sort()).toEqual(expected.sort());
  });

  test('learns nothing from names', () => {
    for (const path of crawled.keys()) {
      expect(path).toMatch(/^\/[\w-]{22}\/[\w-]{22}\/(audio|peaks|transcript|details|hashes)\.bin$/);
      expect(path).not.toMatch(/\d{7}/);
    }
  });

  test('recognises no sound', async () => {
    for (const bytes of crawled.values()) expect(audioMarkersIn(bytes)).toEqual([]);
    // The search finds what it looks for where it lies open.
    expect(audioMarkersIn(await readFile(nurseCall.path))).toContain('wav');
    const [first] = packages;
    const { segments } = await openWhole(first as PackResult, archive);
    for (const { track, plaintext } of segments) {
      if (track.name === 'audio') expect(audioMarkersIn(plaintext)).toContain('mp4Box');
    }
  });

  test('cannot tell any slot from random bytes', async () => {
    for (const { callId, packageId, manifest } of packages) {
      for (const track of manifest.tracks) {
        const object = crawled.get(`/${callId}/${packageId}/${track.object}`) ?? new Uint8Array(0);
        for (let index: number = firstIndex(track); index < track.total; index += 1) {
          const { start, end } = slotRange(track, index);
          expect(chiSquare(object.subarray(start, end))).toBeLessThan(CHI_SQUARE_LIMIT);
        }
        expect(chiSquare(object)).toBeLessThan(CHI_SQUARE_LIMIT);
      }
    }
    expect(chiSquare(await readFile(nurseCall.path))).toBeGreaterThan(CHI_SQUARE_LIMIT);
  });

  test('finds no digits of a telephone or personal number and no word of the call', () => {
    for (const bytes of crawled.values()) {
      const text = Buffer.from(bytes).toString('latin1');
      expect(text).not.toMatch(/\d[\d -]{9,}\d/);
      expect(text).not.toContain('WEBVTT');
      expect(text).not.toContain('20170102');
    }
  });

  test('learns from sizes only how long a track is, rounded up', () => {
    for (const { callId, packageId, manifest } of packages) {
      for (const track of manifest.tracks) {
        const object = crawled.get(`/${callId}/${packageId}/${track.object}`);
        expect(object?.length).toBe(padmeBytes(slotCount(track) * track.slotBytes));
        expect(track.slotBytes % 1024).toBe(0);
      }
    }
    // Padmé leaves a size no more than about log2(log2(size)) significant bits.
    for (const { length } of crawled.values()) {
      const exponent = Math.floor(Math.log2(length));
      expect(length % 2 ** (exponent - Math.floor(Math.log2(exponent)) - 1)).toBe(0);
    }
  });

  test('opens no segment with anything that lies in the bucket', async () => {
    const candidates = [new Uint8Array(32), randomBytes(32)];
    for (const [path, bytes] of crawled) {
      candidates.push(bytes.slice(0, 32), bytes.slice(-32), await sha256(bytes));
      for (const name of path.split('/')) candidates.push(await sha256(utf8(name)));
    }
    const keys = await Promise.all(
      candidates.map(raw => crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])),
    );
    let opened = 0;
    let tried = 0;
    for (const pack of packages) {
      for (const { stored, index, key: genuine } of (await openWhole(pack, archive)).segments) {
        if (index > 3) continue;
        for (const key of keys) {
          tried += 1;
          await openSegment(key, stored).then(
            () => (opened += 1),
            () => undefined,
          );
        }
        // The same attempt with the right key succeeds, so the others failed for want of it.
        const right = await crypto.subtle.importKey('raw', genuine, 'AES-GCM', false, ['decrypt']);
        await openSegment(right, stored);
      }
    }
    expect(tried).toBeGreaterThan(500);
    expect(opened).toBe(0);
  });
});

describe('the storage handler', () => {
  const beyond = [
    '/../service.db',
    '/%2e%2e/service.db',
    '/..%2fservice.db',
    '/%2e%2e%2fservice.db',
    '/..%5cservice.db',
    '/.%00./service.db',
    '//service.db',
    '/storage/../../service.db',
    '/link',
    '/link/',
    '/link/passwd',
    '/.hidden',
    '/%00',
  ];

  test('never leaves its folder', async () => {
    await writeFile(join(folder, 'service.db'), 'outside');
    await symlink('/etc', join(folder, 'storage', 'link'));
    await writeFile(join(folder, 'storage', '.hidden'), 'outside');
    try {
      for (const path of beyond) {
        const response = await storage(new Request(ORIGIN + path));
        expect([path, response.status]).toEqual([path, 404]);
      }
      for (const method of ['PUT', 'POST', 'DELETE', 'PATCH']) {
        const response = await storage(new Request(`${ORIGIN}/x`, { method }));
        expect(response.status).toBe(405);
      }
    } finally {
      await rm(join(folder, 'storage', 'link'));
      await rm(join(folder, 'storage', '.hidden'));
    }
  });
});
