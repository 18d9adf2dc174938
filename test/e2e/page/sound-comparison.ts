/** How well a recording of the output follows its reference. */
export interface Comparison {
  /** Normalised correlation over everything, at the best lag of each block. */
  readonly correlation: number;
  /** Where in the recording the reference begins, in seconds. */
  readonly startSeconds: number;
  /** Lags of the blocks that hold speech, in seconds, relative to the first. */
  readonly lagsSeconds: readonly number[];
  /** Blocks with speech in the reference. */
  readonly blocks: number;
  /** Longest run of output silence while the reference holds speech, in seconds. */
  readonly longestGapSeconds: number;
}

const BLOCK_SECONDS = 1;
const SPEECH_LEVEL = 0.01;

function rms(samples: Float32Array): number {
  return Math.sqrt(samples.reduce((sum, x) => sum + x * x, 0) / Math.max(1, samples.length));
}

/** @param every - 1 takes all samples into account, n every n-th */
function correlationAt(reference: Float32Array, output: Float32Array, offset: number, every = 1): number {
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < reference.length; i += every) {
    const x = reference[i] ?? 0;
    const y = output[i + offset] ?? 0;
    xy += x * y;
    xx += x * x;
    yy += y * y;
  }
  return xx * yy === 0 ? 0 : xy / Math.sqrt(xx * yy);
}

/** The offset near `expected` at which `block` correlates best: coarse steps first, then sample by sample. */
function bestOffset(block: Float32Array, output: Float32Array, expected: number, radius: number): number {
  const search = (centre: number, reach: number, step: number, every: number): number => {
    let best = centre;
    let bestValue = -Infinity;
    for (let offset = centre - reach; offset <= centre + reach; offset += step) {
      const value = correlationAt(block, output, offset, every);
      if (value > bestValue) [best, bestValue] = [offset, value];
    }
    return best;
  };
  // A prime, so that the samples left out follow no period of the sound.
  const coarse = search(expected, radius, 4, 11);
  return search(coarse, 6, 1, 1);
}

function longestSilence(reference: Float32Array, output: Float32Array, rate: number): number {
  const step = Math.round(rate * 0.005);
  let longest = 0;
  let run = 0;
  for (let at = 0; at + step <= Math.min(reference.length, output.length); at += step) {
    const spoken = rms(reference.subarray(at, at + step)) > SPEECH_LEVEL;
    const silent = rms(output.subarray(at, at + step)) < SPEECH_LEVEL / 20;
    run = spoken && silent ? run + step : 0;
    longest = Math.max(longest, run);
  }
  return longest / rate;
}

/**
 * Compares what came out with what should have.
 * @param searchSeconds - how long after the recording's start the reference may begin
 */
export function compareSound(
  reference: Float32Array,
  output: Float32Array,
  sampleRateHz: number,
  searchSeconds: number,
): Comparison {
  const size = Math.round(sampleRateHz * BLOCK_SECONDS);
  const compared = Math.floor(reference.length / size) * size;
  const lags = new Map<number, number>();
  let lag = Math.round((sampleRateHz * searchSeconds) / 2);
  let radius = lag;
  for (let at = 0; at < compared; at += size) {
    const block = reference.subarray(at, at + size);
    if (rms(block) <= SPEECH_LEVEL) continue;
    lag = bestOffset(block, output, at + lag, radius) - at;
    radius = Math.round(sampleRateHz * 0.06);
    lags.set(at, lag);
  }
  const [firstLag = 0] = lags.values();
  const aligned = new Float32Array(compared);
  lag = firstLag;
  for (let at = 0; at < compared; at += size) {
    lag = lags.get(at) ?? lag;
    aligned.set(output.subarray(Math.max(0, at + lag), Math.max(0, at + lag) + size), at);
  }
  return {
    correlation: correlationAt(reference.subarray(0, compared), aligned, 0),
    startSeconds: firstLag / sampleRateHz,
    lagsSeconds: [...lags.values()].map(value => (value - firstLag) / sampleRateHz),
    blocks: lags.size,
    longestGapSeconds: longestSilence(reference.subarray(0, compared), aligned, sampleRateHz),
  };
}

/** Loudness in steps of so many samples. */
function loudness(samples: Float32Array, step: number): Float32Array {
  return Float32Array.from({ length: Math.floor(samples.length / step) }, (_, place) =>
    rms(samples.subarray(place * step, (place + 1) * step)),
  );
}

/** Best correlation of loudness in 20 ms steps of the recording, for output that plays `rate` times as fast. */
export function loudnessCorrelation(
  reference: Float32Array,
  output: Float32Array,
  sampleRateHz: number,
  rate: number,
): number {
  const step = sampleRateHz * 0.02;
  const expected = loudness(reference, Math.round(step));
  const heard = loudness(output, Math.round(step / rate));
  const lags = Array.from({ length: 150 }, (_, lag) => lag);
  return Math.max(
    ...lags.map(lag => centredCorrelation(expected, heard.subarray(lag, lag + expected.length))),
  );
}

function centredCorrelation(a: Float32Array, b: Float32Array): number {
  const centred = (values: Float32Array): Float32Array => {
    const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    return values.map(value => value - mean);
  };
  return b.length < a.length ? 0 : correlationAt(centred(a), centred(b), 0);
}
