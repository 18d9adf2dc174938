import { describe, expect, test } from 'vitest';
import type { Detection } from '../../../packages/watermark/src/detector/detect-watermark.ts';
import {
  type Finding,
  searchLong,
  type SearchStretch,
} from '../../../packages/watermark/src/detector/search-long.ts';

const RATE_HZ = 100;

/** Samples that count, so that each tells where it lay. */
const counting = (seconds: number): Float32Array =>
  Float32Array.from({ length: seconds * RATE_HZ }, (_, index) => index);

function chunksOf(samples: Float32Array, length: number, channels = 1): Float32Array[][] {
  return Array.from({ length: Math.ceil(samples.length / length) }, (_, chunk) =>
    Array.from({ length: channels }, () => samples.subarray(chunk * length, (chunk + 1) * length)),
  );
}

const NOTHING: Detection = {
  id: 0,
  score: 0,
  threshold: 10,
  falsePositiveBound: 1,
  neighbourOdds: 1,
  found: false,
  cuts: 0,
  distortion: { speed: 1, tempo: 1 },
  seconds: 0,
  channel: 0,
};

/** An answer whose id is the first sample and whose score is the number of samples. */
const tellPlace: SearchStretch = ([first]) => ({
  ...NOTHING,
  id: first?.[0] as number,
  score: first?.length as number,
});

async function found(seconds: number, chunk: number, search = tellPlace, atOnce = 1): Promise<Finding[]> {
  const findings: Finding[] = [];
  for await (const finding of searchLong(chunksOf(counting(seconds), chunk), RATE_HZ, search, atOnce))
    findings.push(finding);
  return findings;
}

describe.each([1, 77, 1500, 3000, 100_000])('a recording that comes in pieces of %s samples', chunk => {
  test.each([
    [10, [[0, 10]]],
    [30, [[0, 30]]],
    [
      31,
      [
        [0, 30],
        [15, 31],
      ],
    ],
    [
      45,
      [
        [0, 30],
        [15, 45],
      ],
    ],
    [
      70,
      [
        [0, 30],
        [15, 45],
        [30, 60],
        [45, 70],
      ],
    ],
  ])('and lasts %s s is searched from end to end', async (seconds, expected) => {
    const findings = await found(seconds, chunk);
    expect(findings.map(({ fromSeconds, toSeconds }) => [fromSeconds, toSeconds])).toEqual(expected);
    for (const { fromSeconds, toSeconds, id, score } of findings) {
      expect(id).toBe(fromSeconds * RATE_HZ);
      expect(score).toBe((toSeconds - fromSeconds) * RATE_HZ);
    }
  });
});

test('nothing has no stretch', async () => {
  expect(await found(0, 10)).toEqual([]);
});

test('answers come in order when several stretches are searched at once', async () => {
  const open: (() => void)[] = [];
  const search: SearchStretch = channels =>
    new Promise(resolve => {
      open.push(() => resolve(tellPlace(channels, RATE_HZ)));
      // The last of three answers first.
      if (open.length === 3) for (const answer of open.splice(0).toReversed()) answer();
    });
  const findings = await found(60, 500, search, 3);
  expect(findings.map(({ fromSeconds }) => fromSeconds)).toEqual([0, 15, 30]);
});

test('an error of the search is passed on, also when others run', async () => {
  let calls = 0;
  const search: SearchStretch = async channels => {
    calls += 1;
    if (calls === 2) throw new RangeError('no');
    return tellPlace(channels, RATE_HZ);
  };
  await expect(found(100, 500, search, 1)).rejects.toThrow('no');
  calls = 0;
  await expect(found(100, 500, search, 4)).rejects.toThrow('no');
});

// Vitest fails a run in which a rejection was nobody's for a turn of the event loop.
test('an error that comes before its turn waits for it', async () => {
  const search: SearchStretch = async (channels, sampleRateHz) => {
    if (channels[0]?.[0] !== 0) throw new RangeError('early');
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    return tellPlace(channels, sampleRateHz);
  };
  const findings = searchLong(chunksOf(counting(100), 500), RATE_HZ, search, 4);
  expect((await findings.next()).value).toMatchObject({ fromSeconds: 0 });
  await expect(findings.next()).rejects.toThrow('early');
});
