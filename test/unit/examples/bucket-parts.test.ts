import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asSamples, unforeseenBits } from '../../../examples/clinic/page/byte-noise.ts';
import { tar } from '../../../examples/clinic/page/tar.ts';

test.each([0, 1, 511, 512, 513, 70_000])('tar unpacks what was put in, %i bytes long', async length => {
  const folder = await mkdtemp(join(tmpdir(), 'tar-'));
  const bytes = new Uint8Array(randomBytes(length));
  const path = 'UW5kZXJzdG9vZA/b25seQ/audio.bin';
  const archive = tar([
    { path, bytes: bytes.buffer },
    { path: 'second.bin', bytes: new Uint8Array([7]).buffer },
  ]);
  await writeFile(join(folder, 'all.tar'), new Uint8Array(await archive.arrayBuffer()));
  execFileSync('tar', ['-xf', 'all.tar'], { cwd: folder });
  expect(await readFile(join(folder, path))).toEqual(Buffer.from(bytes));
  expect([...(await readFile(join(folder, 'second.bin')))]).toEqual([7]);
  await rm(folder, { recursive: true });
});

test('random bytes are even, one byte over and over is not, and a few bytes tell nothing', () => {
  expect(unforeseenBits(randomBytes(400_000))).toBeGreaterThan(7.99);
  expect(unforeseenBits(new Uint8Array(400_000).fill(65))).toBe(0);
  expect(unforeseenBits(new Uint8Array(400_000).map((_, place) => place % 2))).toBe(1);
  expect(unforeseenBits(randomBytes(1000))).toBeUndefined();
});

test('bytes are samples from -1 to 1', () => {
  expect([...asSamples(new Uint8Array([0, 128, 255]))]).toEqual([-1, 0, 127 / 128]);
});
