import type { ChipNetwork } from './chip-network.ts';
import { type ClipView, type Distortion, UNDISTORTED, viewClip } from './front-end.ts';
import { type Evidence, type KeyDetector, margin } from './key-detector.ts';
import { DISTORTION_NATS, likeliestDistortion } from './speed-search.ts';

/** What else may have happened to the sound. */
export interface DetectOptions {
  /** Whether to try other speeds and tempos, up to 6 %, when the mark is not found otherwise. Default `false`: it costs most. */
  readonly speeds?: boolean;
}

/** Share of the bound that is for sound neither cut nor changed in time, by far the likeliest. */
const WHOLE_SHARE = 0.9;

/** Nats that a search of uncut sound gives up for the other ways to the same answer. */
const WHOLE_NATS: number = -Math.log(WHOLE_SHARE);

/** Nats that each of `count` other ways gives up. */
const otherNats = (count: number): number => Math.log(count / (1 - WHOLE_SHARE));

/** The answer of one detector run. */
export interface Detection extends Evidence {
  /** How the sound was changed in time, as far as it is known. */
  readonly distortion: Distortion;
  /** Seconds of sound that the answer rests on. */
  readonly seconds: number;
  /** Number of the channel in which the mark was found, or `mix`. */
  readonly channel: number | 'mix';
}

/**
 * Looks for the mark of any session in a piece of sound of unknown origin: at any place of the mark's period, at any level, in
 * either polarity, in the mix of the channels and in each of them, uncut or cut.
 * @param channels - equally long; a few seconds to some minutes
 * @param sampleRateHz - 8000 or more
 * @returns the strongest evidence; look at `found` before using its `id`
 */
export function detectWatermark(
  channels: readonly Float32Array[],
  sampleRateHz: number,
  detector: KeyDetector,
  network: ChipNetwork,
  { speeds = false }: DetectOptions = {},
): Detection {
  const heard = soundsOf(channels);
  const soundsNats = Math.log(heard.length);
  let best: Detection | undefined;
  for (const { channel, samples } of heard) {
    for (const evidence of searches(samples, sampleRateHz, detector, network, soundsNats, speeds)) {
      const detection = { ...evidence, channel };
      if (!best || margin(detection) > margin(best)) best = detection;
      if (detection.found) return detection;
    }
  }
  if (!best) throw new RangeError('A detector run needs a channel of sound.');
  return best;
}

/** Each way has its share of the bound, and each sound the same share of that. */
function* searches(
  samples: Float32Array,
  sampleRateHz: number,
  detector: KeyDetector,
  network: ChipNetwork,
  soundsNats: number,
  speeds: boolean,
): Generator<Omit<Detection, 'channel'>> {
  const view = viewClip(samples, sampleRateHz, network);
  const { seconds } = view;
  const nats = soundsNats + otherNats(speeds ? 2 : 1);
  yield { ...detector.searchWhole(view.phases, soundsNats + WHOLE_NATS), distortion: UNDISTORTED, seconds };
  if (speeds) {
    const find = (phases: ClipView['phases']) => detector.alignments(phases, 1);
    const other = likeliestDistortion(samples, sampleRateHz, network, find);
    const evidence = detector.searchWhole(other.phases, nats + DISTORTION_NATS);
    yield { ...evidence, distortion: other.distortion, seconds };
  }
  yield { ...detector.searchPieces(view.phases, nats), distortion: UNDISTORTED, seconds };
}

/** A run on one sound that is seen already, at normal speed: for many keys, sound need be looked at only once. */
export function searchView({ phases }: ClipView, detector: KeyDetector): Evidence {
  const whole = detector.searchWhole(phases, WHOLE_NATS);
  if (whole.found) return whole;
  const pieces = detector.searchPieces(phases, otherNats(1));
  return margin(pieces) > margin(whole) ? pieces : whole;
}

/** The mix first: whoever leaks a call rarely keeps its channels apart. */
function soundsOf(channels: readonly Float32Array[]): { channel: number | 'mix'; samples: Float32Array }[] {
  const each = channels.map((samples, channel) => ({ channel, samples }));
  if (channels.length < 2) return each;
  const mix = new Float32Array(channels[0]?.length ?? 0);
  for (const channel of channels) {
    for (let at = 0; at < mix.length; at += 1) mix[at] = (mix[at] as number) + (channel[at] ?? 0);
  }
  return [{ channel: 'mix', samples: mix }, ...each];
}
