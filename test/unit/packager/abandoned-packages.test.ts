import { mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeAbandonedPackages } from '@secure-call/packager';
import { createPackageId } from '@secure-call/protocol';
import { createStorageHandler } from '@secure-call/server';
import { afterEach, beforeEach, expect, test } from 'vitest';

const HOUR_MILLISECONDS = 3600 * 1000;

let storage: string;
beforeEach(async () => {
  storage = await mkdtemp(join(tmpdir(), 'storage-'));
});
afterEach(() => rm(storage, { recursive: true }));

/** A folder that was last written to so many hours ago, and its file so many. */
async function leftover(name: string, folderHours: number, fileName = 'spill.tmp', fileHours = folderHours) {
  const path = join(storage, name);
  await mkdir(path);
  await writeFile(join(path, fileName), 'ciphertext');
  const before = (hours: number): Date => new Date(Date.now() - hours * HOUR_MILLISECONDS);
  await utimes(join(path, fileName), before(fileHours), before(fileHours));
  await utimes(path, before(folderHours), before(folderHours));
  return name;
}

const partial = (): string => `.partial-${createPackageId()}`;

test('only what a killed packager left a day ago is removed', async () => {
  await leftover(partial(), 25);
  const kept = [
    await leftover(partial(), 23),
    await leftover(partial(), 30, 'spill.tmp', 1),
    await leftover(partial(), 30, 'diary.txt'),
    await leftover('.partial-short', 30),
    await leftover(createPackageId(), 30),
  ];
  const elsewhere = await mkdtemp(join(tmpdir(), 'elsewhere-'));
  await writeFile(join(elsewhere, 'audio.bin'), '');
  const old = new Date(Date.now() - 30 * HOUR_MILLISECONDS);
  await utimes(join(elsewhere, 'audio.bin'), old, old);
  await utimes(elsewhere, old, old);
  const link = partial();
  await symlink(elsewhere, join(storage, link));

  expect(await removeAbandonedPackages(storage)).toBe(1);
  expect((await readdir(storage)).sort()).toEqual([...kept, link].sort());
  expect(await readdir(elsewhere)).toEqual(['audio.bin']);
  await rm(elsewhere, { recursive: true });
  expect(await removeAbandonedPackages(storage)).toBe(0);
});

test('a storage folder that does not exist yet is no error', async () => {
  expect(await removeAbandonedPackages(join(storage, 'none'))).toBe(0);
});

test('what is left over is neither listed nor delivered', async () => {
  const name = await leftover(partial(), 1, 'audio.bin');
  const visible = await leftover(createPackageId(), 1, 'audio.bin');
  const handle = createStorageHandler(storage);
  const get = (path: string): Promise<Response> => handle(new Request(`http://storage.invalid/${path}`));
  expect(await (await get('')).json()).toEqual({ entries: [`${visible}/`] });
  expect((await get(`${name}/audio.bin`)).status).toBe(404);
  expect((await get(`${visible}/audio.bin`)).status).toBe(200);
});
