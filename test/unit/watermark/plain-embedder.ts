/**
 * The embedder as one would write it on paper: the whole signal at once, one channel, transforms by their definition, no rings,
 * no shared transforms. It imports nothing of what it is compared with.
 */
const BANDS = 24;
const LOW_HZ = 320;
const BAND_HZ = (3380 - 320) / BANDS;
const COLUMNS = 4096;
const HALF_CHIP_SECONDS = 0.024;

/** Which way a band goes at a moment: halves of chips, joined by ramps of 8 ms around their borders. */
export function plainGain(pattern: Int8Array, seconds: number, band: number): number {
  const half = Math.floor(seconds / HALF_CHIP_SECONDS);
  const into = seconds - half * HALF_CHIP_SECONDS;
  const value = (at: number): number => halfChip(pattern, at, band);
  if (into < 0.004) return mix(value(half - 1), value(half), 0.5 + into / 0.008);
  if (into > 0.02) return mix(value(half), value(half + 1), (into - 0.02) / 0.008);
  return value(half);
}

const mix = (first: number, second: number, share: number): number => first + share * (second - first);

function halfChip(pattern: Int8Array, half: number, band: number): number {
  const column = (((half >> 1) % COLUMNS) + COLUMNS) % COLUMNS;
  const direction = (half & 1) === 0 ? 1 : -1;
  const chip = pattern[column * BANDS + band] as number;
  const below = band === 0 ? 0 : (pattern[column * BANDS + band - 1] as number);
  if (chip === 0 || below === 0) return direction * chip;
  return (direction * (chip - 0.3 * below)) / Math.hypot(1, 0.3);
}

/** What `plainStrengths` remembers of a channel. */
export interface Memory {
  masking: number;
  loudness: number;
}

/** Strength of each band, dB, from the levels of a frame; 0 for bands that are not marked. */
export function plainStrengths(
  levels: readonly number[],
  energy: number,
  marked: readonly boolean[],
  hopSeconds: number,
  memory: Memory,
): number[] {
  const loudest = Math.max(...levels);
  memory.masking = Math.max(loudest, memory.masking - ((20 / Math.LN10) * hopSeconds) / 0.06);
  memory.loudness = Math.max(loudest, memory.loudness - 12 * hopSeconds);
  const byDepth = levels.map((level, band) =>
    marked[band] ? onLine([0, 6, 12, 20, 32], [0.6, 0.9, 1.6, 1.7, 1.9], memory.masking - level) : 0,
  );
  const worth = onLine([0, 15, 30, 45], [1.6, 1.2, 0.4, 0.2], memory.loudness - loudest);
  const change = levels.reduce(
    (sum, level, band) => sum + 10 ** (level / 10) * ((byDepth[band] as number) * (Math.LN10 / 20)) ** 2,
    1e-12,
  );
  const squares = byDepth.reduce((sum, strength) => sum + strength ** 2, 1e-12);
  const scale = Math.min(
    3,
    worth * Math.sqrt((energy * 10 ** -2.07) / change),
    (worth * 1.34) / Math.sqrt(squares / BANDS),
  );
  return byDepth.map(strength => scale * strength);
}

function onLine(places: readonly number[], values: readonly number[], at: number): number {
  const clamped = Math.min(Math.max(at, places[0] as number), places.at(-1) as number);
  const upper = Math.max(
    1,
    places.findIndex(place => place >= clamped),
  );
  const [left, right] = [places[upper - 1] as number, places[upper] as number];
  return mix(values[upper - 1] as number, values[upper] as number, (clamped - left) / (right - left));
}

/** @returns the marked signal, as long as the given one and not delayed */
export function plainEmbed(
  samples: Float32Array,
  sampleRateHz: number,
  pattern: Int8Array,
  startSeconds: number,
): Float64Array {
  const marked = Array.from({ length: BANDS }, (_, band) =>
    pattern.some((chip, tile) => chip !== 0 && tile % BANDS === band),
  );
  return plainMark(samples, sampleRateHz, marked, (seconds, band) =>
    plainGain(pattern, startSeconds + seconds, band),
  );
}

/** The same for any way in which the bands may go: `gain` tells it for a second of the signal. */
export function plainMark(
  samples: Float32Array,
  sampleRateHz: number,
  marked: readonly boolean[],
  gain: (seconds: number, band: number) => number,
): Float64Array {
  const length = 2 ** Math.ceil(Math.log2((sampleRateHz * 1024) / 48000));
  const hop = length / 4;
  const window = Float64Array.from({ length }, (_, index) => Math.sin((Math.PI * index) / length));
  const memory = { masking: -90, loudness: -90 };
  const result = Float64Array.from(samples);
  for (let end = hop; end < samples.length + length; end += hop) {
    const first = end - length;
    const frame = window.map((weight, index) => weight * (samples[first + index] ?? 0));
    const spectrum = plainSpectrum(frame, sampleRateHz);
    const levels = levelsOf(spectrum);
    const energy = spectrum.reduce((sum, { re, im }) => sum + re * re + im * im, 1e-9);
    const strengths = plainStrengths(levels, energy, marked, hop / sampleRateHz, memory);
    const centreSeconds = (first + length / 2) / sampleRateHz;
    const factors = strengths.map(
      (strength, band) => 10 ** ((strength * gain(centreSeconds, band)) / 20) - 1,
    );
    addChange(result, first, window, spectrum, factors);
  }
  return result;
}

interface Bin {
  readonly bin: number;
  /** From 0; undefined outside the bands. */
  readonly band: number | undefined;
  readonly re: number;
  readonly im: number;
}

/** Bins from the first above 0 up to 4 kHz, below half the sample rate. */
function plainSpectrum(frame: Float64Array, sampleRateHz: number): Bin[] {
  const { length } = frame;
  const bins: Bin[] = [];
  for (let bin = 1; bin < length / 2 && bin * sampleRateHz <= 4000 * length; bin += 1) {
    let re = 0;
    let im = 0;
    for (let index = 0; index < length; index += 1) {
      const angle = (2 * Math.PI * ((bin * index) % length)) / length;
      re += (frame[index] as number) * Math.cos(angle);
      im -= (frame[index] as number) * Math.sin(angle);
    }
    const band = Math.floor(((bin * sampleRateHz) / length - LOW_HZ) / BAND_HZ);
    bins.push({ bin, band: band >= 0 && band < BANDS ? band : undefined, re, im });
  }
  return bins;
}

function levelsOf(spectrum: readonly Bin[]): number[] {
  const energies = Array<number>(BANDS).fill(1e-9);
  for (const { band, re, im } of spectrum) {
    if (band !== undefined) energies[band] = (energies[band] as number) + re * re + im * im;
  }
  return energies.map(energy => 10 * Math.log10(energy));
}

/** Each bin and its mirror are one cosine; four frames overlap, whose squared windows add up to 2. */
function addChange(
  result: Float64Array,
  first: number,
  window: Float64Array,
  spectrum: readonly Bin[],
  factors: readonly number[],
): void {
  const { length } = window;
  for (const { bin, band, re, im } of spectrum) {
    const factor = band === undefined ? 0 : (factors[band] as number);
    if (factor === 0) continue;
    for (let index = 0; index < length; index += 1) {
      const at = first + index;
      if (at < 0 || at >= result.length) continue;
      const angle = (2 * Math.PI * ((bin * index) % length)) / length;
      const wave = (2 / length) * (re * Math.cos(angle) - im * Math.sin(angle));
      result[at] = (result[at] as number) + (factor * wave * (window[index] as number)) / 2;
    }
  }
}
