import type { ChipNetwork } from './chip-network.ts';
import { type ForensicView, viewForensic } from './forensic-view.ts';
import type { Distortion } from './front-end.ts';
import {
  COARSE_PHASE_STEP,
  COARSE_STEP,
  FINE_REACH,
  FINE_STEP,
  LOOK_SECONDS,
  middle,
  passes,
  readings,
  SPEED_REACH,
  TEMPO_REACH,
} from './speed-search.ts';

/**
 * A first look at the middle of a clip at every speed and tempo up to 6 % off. They come one by one, so that a caller may do
 * something else in between; whichever fits a call best is looked at again with `closeReadings`.
 * @param samples - one channel
 */
export function* distortedReadings(
  samples: Float32Array,
  sampleRateHz: number,
  network: ChipNetwork,
): Generator<ForensicView> {
  const look = middle(samples, LOOK_SECONDS * sampleRateHz);
  for (const distortion of passes()) {
    const view = viewForensic(look, sampleRateHz, network, distortion, COARSE_PHASE_STEP);
    yield* retimedBy(view, distortion.speed === 1 ? TEMPO_REACH : SPEED_REACH, COARSE_STEP);
  }
}

/** The whole clip around what a first look found, as a change of tempo and, where it could be one, of speed. */
export function* closeReadings(
  samples: Float32Array,
  sampleRateHz: number,
  network: ChipNetwork,
  found: Distortion,
): Generator<ForensicView> {
  for (const distortion of readings(found))
    yield* fineReadings(viewForensic(samples, sampleRateHz, network, distortion));
}

/** One view at tempos a little off: by 0.3 % at most. */
export const fineReadings = (view: ForensicView): Generator<ForensicView> =>
  retimedBy(view, FINE_REACH, FINE_STEP);

/** A little off, chips keep their shape, and only the time between two rows is another. */
function* retimedBy(view: ForensicView, reach: number, step: number): Generator<ForensicView> {
  const { distortion, rowSeconds } = view;
  const steps = Math.round(reach / step);
  for (let at = -steps; at <= steps; at += 1) {
    const change = 1 + at * step;
    const tempo = distortion.tempo * change;
    yield { ...view, distortion: { ...distortion, tempo }, rowSeconds: rowSeconds * change };
  }
}
