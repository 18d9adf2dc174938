import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createStorageHandler } from '@secure-call/server';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

let outside: string;
let get: (path: string, headers?: Record<string, string>, method?: string) => Promise<Response>;
beforeAll(async () => {
  outside = await mkdtemp(join(tmpdir(), 'secure-call-storage-'));
  const folder = join(outside, 'storage');
  await mkdir(join(folder, 'call', 'package'), { recursive: true });
  await writeFile(join(folder, 'call', 'package', 'audio.bin'), Buffer.from('0123456789'));
  await writeFile(join(folder, 'call', 'package', 'empty.bin'), '');
  await writeFile(join(folder, '.hidden'), 'hidden');
  await writeFile(join(outside, 'secret.txt'), 'secret');
  await symlink(join(outside, 'secret.txt'), join(folder, 'link.bin'));
  const handle = createStorageHandler(folder);
  get = (path, headers = {}, method = 'GET') =>
    handle(new Request(`https://storage.example${path}`, { headers, method }));
});
afterAll(() => rm(outside, { recursive: true }));

const audio = '/call/package/audio.bin';

describe('an object', () => {
  test('whole, for pages of any origin and for caches', async () => {
    const response = await get(audio);
    expect(response.status).toBe(200);
    expect(await response.text()).toBe('0123456789');
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'access-control-allow-origin': '*',
      'cache-control': 'public, no-transform, immutable, max-age=31536000',
      'content-length': '10',
      'content-type': 'application/octet-stream',
    });
    expect(response.headers.get('etag')).toMatch(/^"[\w-]+"$/);
  });

  test.each([
    ['bytes=2-4', '234', 'bytes 2-4/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-3', '789', 'bytes 7-9/10'],
    ['bytes=0-99', '0123456789', 'bytes 0-9/10'],
    ['bytes=-99', '0123456789', 'bytes 0-9/10'],
  ])('in part: %s', async (range, text, contentRange) => {
    const response = await get(audio, { range });
    expect(response.status).toBe(206);
    expect(response.headers.get('content-range')).toBe(contentRange);
    expect(response.headers.get('content-length')).toBe(String(text.length));
    expect(await response.text()).toBe(text);
  });

  test.each(['bytes=10-', 'bytes=50-60', 'bytes=-0'])('beyond its end: %s', async range => {
    const response = await get(audio, { range });
    expect(response.status).toBe(416);
    expect(response.headers.get('content-range')).toBe('bytes */10');
  });

  test.each(['bytes=4-2', 'bytes=0-1,4-5', 'lines=1-2', 'bytes=a-b', 'bytes=-'])(
    'whole where the range is not understood: %s',
    async range => {
      const response = await get(audio, { range });
      expect(response.status).toBe(200);
      expect(await response.text()).toBe('0123456789');
    },
  );

  test('without its bytes', async () => {
    const response = await get(audio, { range: 'bytes=2-4' }, 'HEAD');
    expect(response.status).toBe(206);
    expect(response.headers.get('content-length')).toBe('3');
    expect(await response.text()).toBe('');
  });

  test('that is empty', async () => {
    expect(await (await get('/call/package/empty.bin')).text()).toBe('');
    expect((await get('/call/package/empty.bin', { range: 'bytes=0-' })).status).toBe(416);
  });
});

test('folders are listed, on purpose', async () => {
  expect(await (await get('/')).json()).toEqual({ entries: ['call/', 'link.bin'] });
  expect(await (await get('/call/package/')).json()).toEqual({ entries: ['audio.bin', 'empty.bin'] });
});

test.each([
  '/missing.bin',
  '/call',
  '/call/package/audio.bin/',
  '/.hidden',
  '/link.bin',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/call/..%5c..%5csecret.txt',
  '/call%00/',
  '//etc/passwd',
])('nothing is found at %s', async path => {
  const response = await get(path);
  expect(response.status).toBe(404);
  expect(await response.text()).toBe('');
});

test('nothing is written', async () => {
  expect((await get(audio, {}, 'PUT')).status).toBe(405);
  expect((await get(audio, {}, 'DELETE')).status).toBe(405);
});
