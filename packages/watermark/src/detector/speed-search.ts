import type { ChipNetwork } from './chip-network.ts';
import { type ClipView, type Distortion, viewClip } from './front-end.ts';
import { retimed } from './retime.ts';
import type { Alignment } from './sync-search.ts';

/** Sound this long is enough to tell the speed; more would cost more. */
const LOOK_SECONDS = 12;

/** Places of the network's passes: between them it still reads chips well. */
const TEMPOS: readonly number[] = [0.95, 0.98, 1.02, 1.05];
const SPEEDS: readonly number[] = [0.94, 0.96, 0.98, 1.02, 1.04, 1.06];

/** What a pass covers on each side, and in which steps; a step shifts the ends of the look by half a chip's ramp. */
const TEMPO_REACH = 0.016;
const SPEED_REACH = 0.01;
const COARSE_STEP = 0.002;

/** Around the best of the first look, at full length. */
const FINE_REACH = 0.002;
const FINE_STEP = 0.0004;

/** Rows of energies between two timing phases of the first look: 8 ms. */
const COARSE_PHASE_STEP = 2;

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
  let best = { score: -Infinity, distortion: { speed: 1, tempo: 1 } };
  for (const distortion of passes()) {
    const view = viewClip(look, sampleRateHz, network, distortion, COARSE_PHASE_STEP);
    const reach = distortion.speed === 1 ? TEMPO_REACH : SPEED_REACH;
    const found = bestTempo(view, reach, COARSE_STEP, find);
    if (found.score > best.score) best = found;
  }
  const view = viewClip(samples, sampleRateHz, network, best.distortion);
  const { tempo } = bestTempo(view, FINE_REACH, FINE_STEP, find).distortion;
  const phases = retimed(view.phases, tempo / best.distortion.tempo);
  return { ...view, distortion: { speed: best.distortion.speed, tempo }, phases };
}

function passes(): Distortion[] {
  return [...TEMPOS.map(tempo => ({ speed: 1, tempo })), ...SPEEDS.map(speed => ({ speed, tempo: 1 }))];
}

function bestTempo(view: ClipView, reach: number, step: number, find: FindAlignments) {
  let best = { score: -Infinity, distortion: view.distortion };
  for (let change = -reach; change <= reach; change += step) {
    const score = find(retimed(view.phases, 1 + change))[0]?.score ?? -Infinity;
    if (score > best.score) {
      best = { score, distortion: { ...view.distortion, tempo: view.distortion.tempo * (1 + change) } };
    }
  }
  return best;
}

function middle(samples: Float32Array, length: number): Float32Array {
  const from = Math.max(0, Math.floor((samples.length - length) / 2));
  return samples.subarray(from, from + Math.floor(length));
}
