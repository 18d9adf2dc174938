import type { ChipNetwork } from './chip-network.ts';
import { type ClipView, type Distortion, UNDISTORTED, viewClip } from './front-end.ts';
import { retimed } from './retime.ts';
import type { Alignment } from './sync-search.ts';

/** Sound this long is enough to tell the speed; more would cost more. */
export const LOOK_SECONDS = 10;

/** Where the network looks, and how far from there it still reads chips well: changes of time alone, and of pitch with it. */
const TEMPOS: readonly number[] = [0.96, 1, 1.04];
export const TEMPO_REACH = 0.022;
const SPEEDS: readonly number[] = [0.945, 0.97, 1.03, 1.055];
export const SPEED_REACH = 0.0125;

/** A step moves the ends of the look by 15 ms against its middle, a third of a chip. */
export const COARSE_STEP = 0.003;

/** Around the best of the first look, at full length. */
export const FINE_REACH = 0.003;
export const FINE_STEP = 0.0005;

/** Rows of energies between two timing phases of the first look: 8 ms. */
export const COARSE_PHASE_STEP = 2;

/** Natural log of the number of distortions that are looked at, rounded up. */
export const DISTORTION_NATS: number = Math.log(4096);

/** Finds alignments of one view. */
export type FindAlignments = (phases: ClipView['phases']) => readonly Alignment[];

/**
 * The likeliest change of speed or tempo, up to 6 %: a look at part of the clip through a few passes of the network, each read
 * at many tempos, then a closer look at all of it.
 * @param find - the best alignments of one key, best first
 */
export function likeliestDistortion(
  samples: Float32Array,
  sampleRateHz: number,
  network: ChipNetwork,
  find: FindAlignments,
): ClipView {
  const look = middle(samples, LOOK_SECONDS * sampleRateHz);
  let best: Found = { score: -Infinity, distortion: UNDISTORTED };
  for (const distortion of passes()) {
    const view = viewClip(look, sampleRateHz, network, distortion, COARSE_PHASE_STEP);
    const reach = distortion.speed === 1 ? TEMPO_REACH : SPEED_REACH;
    const found = bestTempo(view, reach, COARSE_STEP, find);
    if (found.score > best.score) best = found;
  }
  const closer = readings(best.distortion).map(distortion =>
    closeLook(samples, sampleRateHz, network, distortion, find),
  );
  return closer.reduce((one, other) => (other.score > one.score ? other : one)).view;
}

interface Found {
  readonly score: number;
  readonly distortion: Distortion;
}

/** A small change of time may have come with one of pitch, which the first look does not tell apart. */
export function readings({ speed, tempo }: Distortion): Distortion[] {
  const asFound = { speed, tempo };
  const least = Math.min(...SPEEDS.map(place => Math.abs(place - 1))) - SPEED_REACH;
  return speed === 1 && Math.abs(tempo - 1) <= least + COARSE_STEP
    ? [asFound, { speed: tempo, tempo: 1 }]
    : [asFound];
}

function closeLook(
  samples: Float32Array,
  sampleRateHz: number,
  network: ChipNetwork,
  distortion: Distortion,
  find: FindAlignments,
): { readonly score: number; readonly view: ClipView } {
  const view = viewClip(samples, sampleRateHz, network, distortion);
  const found = bestTempo(view, FINE_REACH, FINE_STEP, find);
  const phases = retimed(view.phases, found.distortion.tempo / distortion.tempo);
  return { score: found.score, view: { ...view, distortion: found.distortion, phases } };
}

export function passes(): Distortion[] {
  return [...TEMPOS.map(tempo => ({ speed: 1, tempo })), ...SPEEDS.map(speed => ({ speed, tempo: 1 }))];
}

function bestTempo(view: ClipView, reach: number, step: number, find: FindAlignments): Found {
  let best: Found = { score: -Infinity, distortion: view.distortion };
  for (let change = -reach; change <= reach; change += step) {
    const score = find(retimed(view.phases, 1 + change))[0]?.score ?? -Infinity;
    if (score > best.score) {
      best = { score, distortion: { ...view.distortion, tempo: view.distortion.tempo * (1 + change) } };
    }
  }
  return best;
}

export function middle(samples: Float32Array, length: number): Float32Array {
  const from = Math.max(0, Math.floor((samples.length - length) / 2));
  return samples.subarray(from, from + Math.floor(length));
}
