/** Detector runs in threads. Threads load compiled files: `npm run build` first. */
import { embedPattern, clientPattern } from '@secure-call/watermark';
import { searchLong } from '@secure-call/watermark/detector';
import { DetectorPool } from '@secure-call/watermark/pool';
import { afterAll, expect, test } from 'vitest';
import { keyFrom, phoneSpeech, TELEPHONE_HZ } from './sounds.ts';

const key = keyFrom('pool');
const pool = new DetectorPool(2);
afterAll(() => pool.close());

async function marked(id: number, fromSeconds: number): Promise<Float32Array<ArrayBuffer>[]> {
  return embedPattern([phoneSpeech(fromSeconds, 12)], TELEPHONE_HZ, await clientPattern(key, id));
}

const search = (channels: readonly Float32Array<ArrayBuffer>[], searchKey = key) =>
  pool.search({ channels, sampleRateHz: TELEPHONE_HZ, key: searchKey, options: {} });

test('more runs than threads, each with its own answer', async () => {
  const ids = [1, 2, 4_294_967_295];
  const clips = await Promise.all(ids.map((id, index) => marked(id, 10 * index)));
  const detections = await Promise.all(clips.map(channels => search(channels)));
  expect(detections.map(({ found, id }) => ({ found, id }))).toEqual(ids.map(id => ({ found: true, id })));
});

test('a thread that failed takes the next run', async () => {
  await expect(search([])).rejects.toThrow(RangeError);
  const [one, other] = await Promise.all([
    search(await marked(7, 5)),
    search(await marked(8, 15), keyFrom('other')),
  ]);
  expect(one).toMatchObject({ found: true, id: 7 });
  expect(other.found).toBe(false);
});

test('stretches of a long recording are searched side by side and answered in order', async () => {
  const pattern = await clientPattern(key, 99);
  const whole = embedPattern([phoneSpeech(0, 40)], TELEPHONE_HZ, pattern);
  const findings = [];
  const run = (channels: readonly Float32Array<ArrayBuffer>[]) => search(channels);
  for await (const finding of searchLong([whole], TELEPHONE_HZ, run, pool.size)) findings.push(finding);
  expect(findings.map(({ fromSeconds, id }) => ({ fromSeconds, id }))).toEqual([
    { fromSeconds: 0, id: 99 },
    { fromSeconds: 15, id: 99 },
  ]);
});

test('a closed pool ends what runs and what waits', async () => {
  const closing = new DetectorPool(1);
  const clips = [await marked(1, 0), await marked(2, 0)];
  const runs = clips.map(channels =>
    closing.search({ channels, sampleRateHz: TELEPHONE_HZ, key, options: {} }),
  );
  const outcomes = Promise.allSettled(runs);
  await closing.close();
  for (const outcome of await outcomes) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: { name: 'AbortError' } });
  }
});
