import type { ChipNetwork } from './chip-network.ts';
import { type ClipView, type Distortion, UNDISTORTED, viewClip } from './front-end.ts';
import { type Evidence, type KeyDetector, margin } from './key-detector.ts';
import { DISTORTION_NATS, likeliestDistortion } from './speed-search.ts';

/** What else may have happened to the sound. */
export interface DetectOptions {
  /** Whether to try other speeds and tempos, up to 6 %, when the mark is not found otherwise. Default `false`: it costs most. */
  readonly speeds?: boolean;
}

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
  const ways = heard.length * (speeds ? 3 : 2);
  let best: Detection | undefined;
  for (const { channel, samples } of heard) {
    for (const evidence of searches(samples, sampleRateHz, detector, network, Math.log(ways), speeds)) {
      const detection = { ...evidence, channel };
      if (!best || margin(detection) > margin(best)) best = detection;
      if (detection.found) return detection;
    }
  }
  if (!best) throw new RangeError('A detector run needs a channel of sound.');
  return best;
}

/** Each way has its share of the bound. */
function* searches(
  samples: Float32Array,
  sampleRateHz: number,
  detector: KeyDetector,
  network: ChipNetwork,
  waysNats: number,
  speeds: boolean,
): Generator<Omit<Detection, 'channel'>> {
  const view = viewClip(samples, sampleRateHz, network);
  const { seconds } = view;
  yield { ...detector.searchWhole(view.phases, waysNats), distortion: UNDISTORTED, seconds };
  if (speeds) {
    const find = (phases: ClipView['phases']) => detector.alignments(phases, 1);
    const other = likeliestDistortion(samples, sampleRateHz, network, find);
    const nats = waysNats + DISTORTION_NATS;
    yield { ...detector.searchWhole(other.phases, nats), distortion: other.distortion, seconds };
  }
  yield { ...detector.searchPieces(view.phases, waysNats), distortion: UNDISTORTED, seconds };
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
