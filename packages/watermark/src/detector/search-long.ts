import type { Detection } from './detect-watermark.ts';

/** Sound that is searched at a time: long enough for a bad line, short enough for a mark that is in a part only. */
const WINDOW_SECONDS = 30;

/** Windows overlap by half, so that no stretch of 15 s is split. */
const STEP_SECONDS = 15;

/** The answer for one stretch of a long recording. */
export interface Finding extends Detection {
  /** Where the stretch lies in the recording. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
}

/** Searches one stretch: `detectWatermark`, here or in a pool of workers. */
export type SearchStretch = (
  channels: readonly Float32Array<ArrayBuffer>[],
  sampleRateHz: number,
) => Detection | Promise<Detection>;

/**
 * Searches recordings of any length in bounded memory: a window of 30 s every 15 s. Each window is a detector run of its own,
 * with the bound that its answer states.
 * @param chunks - the recording piece by piece, of any length; always as many channels
 * @param atOnce - stretches that may be searched at the same time
 * @returns the answers in the recording's order, found or not
 */
export async function* searchLong(
  chunks: AsyncIterable<readonly Float32Array[]> | Iterable<readonly Float32Array[]>,
  sampleRateHz: number,
  search: SearchStretch,
  atOnce = 1,
): AsyncGenerator<Finding> {
  const running: Promise<Finding>[] = [];
  for await (const { fromSeconds, channels } of stretches(chunks, sampleRateHz)) {
    const toSeconds = fromSeconds + (channels[0]?.length ?? 0) / sampleRateHz;
    const answer = Promise.resolve(search(channels, sampleRateHz));
    const finding = answer.then(detection => ({ ...detection, fromSeconds, toSeconds }));
    // Its error is passed on when its turn comes; until then it must not count as one that nobody handles.
    finding.catch(() => undefined);
    running.push(finding);
    if (running.length >= atOnce) yield await (running.shift() as Promise<Finding>);
  }
  for (const finding of running) yield await finding;
}

interface Stretch {
  readonly fromSeconds: number;
  readonly channels: Float32Array<ArrayBuffer>[];
}

async function* stretches(
  chunks: AsyncIterable<readonly Float32Array[]> | Iterable<readonly Float32Array[]>,
  sampleRateHz: number,
): AsyncGenerator<Stretch> {
  const window = WINDOW_SECONDS * sampleRateHz;
  const step = STEP_SECONDS * sampleRateHz;
  let held: Float32Array<ArrayBuffer>[] = [];
  let from = 0;
  let searchedUpTo = 0;
  for await (const chunk of chunks) {
    held = chunk.map((samples, channel) => joined(held[channel], samples));
    while ((held[0]?.length ?? 0) >= window) {
      yield { fromSeconds: from / sampleRateHz, channels: held.map(samples => samples.slice(0, window)) };
      searchedUpTo = from + window;
      held = held.map(samples => samples.slice(step));
      from += step;
    }
  }
  const rest = held[0]?.length ?? 0;
  if (from + rest > searchedUpTo) yield { fromSeconds: from / sampleRateHz, channels: held };
}

function joined(held: Float32Array | undefined, more: Float32Array): Float32Array<ArrayBuffer> {
  const both = new Float32Array((held?.length ?? 0) + more.length);
  if (held) both.set(held);
  both.set(more, held?.length ?? 0);
  return both;
}
