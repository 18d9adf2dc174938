/** Leaked sound, or part of it. */
export interface TraceClip {
  /** What the report calls it. */
  readonly name: string;
  /** Equally long, full scale 1. */
  readonly channels: readonly Float32Array[];
  /** 8000 or more. */
  readonly sampleRateHz: number;
}

/** What is listened to: a channel by its number, or all of them as one. */
export type Ear = number | 'mix';

/** A piece of a clip that is searched at a time. */
export interface ClipWindow {
  /** Where it lies in the clip. */
  readonly fromSeconds: number;
  readonly seconds: number;
  readonly sampleRateHz: number;
  /** @returns one channel */
  readonly samples: () => Float32Array<ArrayBuffer>;
}

/**
 * Long enough for bits on a bad line, and short enough that what is wrong with a clip's speed moves its ends by less than a
 * sixth of a chip, that a cut spoils one piece only, and that memory is bounded.
 */
const WINDOW_SECONDS = 30;

/** Shorter sound holds too few chips to be found by. */
export const LEAST_SECONDS = 4;

export const lengthOf = ({ channels, sampleRateHz }: TraceClip): number =>
  (channels[0]?.length ?? 0) / sampleRateHz;

/** The mix first: whoever leaks a call rarely keeps its channels apart. */
export function earsOf({ channels }: TraceClip): readonly Ear[] {
  const each = channels.map((_, channel) => channel);
  return each.length > 1 ? ['mix', ...each] : each;
}

/** Windows that cover a clip, of one length each; none when it is too short. */
export function windowsOf(clip: TraceClip, ear: Ear): ClipWindow[] {
  const seconds = lengthOf(clip);
  if (seconds < LEAST_SECONDS) return [];
  const count = Math.max(1, Math.round(seconds / WINDOW_SECONDS));
  const { sampleRateHz } = clip;
  const length = seconds / count;
  return Array.from({ length: count }, (_, place) => ({
    fromSeconds: place * length,
    seconds: length,
    sampleRateHz,
    samples: () =>
      heard(
        clip,
        ear,
        Math.round(place * length * sampleRateHz),
        Math.round((place + 1) * length * sampleRateHz),
      ),
  }));
}

function heard({ channels }: TraceClip, ear: Ear, from: number, to: number): Float32Array<ArrayBuffer> {
  if (ear !== 'mix') return Float32Array.from(channels[ear]?.subarray(from, to) ?? []);
  const mix = new Float32Array(Math.max(0, to - from));
  for (const channel of channels)
    for (let at = 0; at < mix.length; at += 1) mix[at] = (mix[at] as number) + (channel[from + at] ?? 0);
  return mix;
}

/** The windows with the most sound, loudest first. */
export function loudest(windows: readonly ClipWindow[], count: number): ClipWindow[] {
  const measured = windows.map(window => ({ window, energy: energyOf(window.samples()) }));
  return measured
    .sort((a, b) => b.energy - a.energy)
    .slice(0, count)
    .map(({ window }) => window);
}

const energyOf = (samples: Float32Array): number =>
  samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
