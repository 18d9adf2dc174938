import {
  callPath,
  type ChipNetwork,
  type Distortion,
  type SegmentBit,
  viewForensic,
} from '@secure-call/watermark/detector';
import { type ClipWindow, loudest } from './trace-clip.ts';
import type { GiveWay, Place } from './trace-place.ts';
import type { TracedPackaging } from './traced-packaging.ts';

/** A stretch of a recording that is searched at a time: a second's work, and some 30 MB. */
const STRETCH_SECONDS = 300;

/** More than this of recordings is not searched for copies that were cut: it would take minutes. */
const SEARCHED_SECONDS = 1800;

/** Pieces of a clip in which a copy that was cut is looked for first. */
const LOOKS = 2;

/** Whether the chips of a segment agree on a variant better than by chance: by two standard deviations. */
const agrees = ({ ratio, energy }: SegmentBit): boolean => ratio * ratio > 4 * energy;

/** In pieces where more segments than this do not agree, something was cut out or put in. */
const TORN_SHARE = 1 / 8;

/** Whether a piece of a clip seems to lie at one place as a whole. */
export const isWhole = ({ bits }: Place): boolean =>
  bits.filter(bit => !agrees(bit)).length <= TORN_SHARE * bits.length;

export interface FollowTools {
  readonly network: ChipNetwork;
  readonly giveWay: GiveWay;
}

/** Looks in whole recordings for a copy whose pauses were cut out, or that was cut and joined. */
export async function* followedPlaces(
  windows: readonly ClipWindow[],
  packagings: readonly TracedPackaging[],
  distortion: Distortion,
  tools: FollowTools,
): AsyncGenerator<{ readonly window: ClipWindow; readonly place: Place }> {
  const recorded = packagings.reduce((sum, packaging) => sum + secondsOf(packaging), 0);
  if (recorded > SEARCHED_SECONDS) return;
  for (const window of loudest(windows, LOOKS))
    for (const packaging of packagings)
      for (let from = -window.seconds; from < secondsOf(packaging); from += STRETCH_SECONDS) {
        const stretch = { from, to: Math.min(from + STRETCH_SECONDS, secondsOf(packaging)) };
        yield { window, place: await followedPlace(window, packaging, stretch, distortion, tools) };
      }
}

/** The likeliest way of a piece of a clip, whose neighbour lies somewhere, through the recording around that. */
export function followedBeside(
  window: ClipWindow,
  neighbour: { readonly window: ClipWindow; readonly place: Place },
  tools: FollowTools,
): Promise<Place> {
  const { packaging, startSeconds, view } = neighbour.place;
  const at = startSeconds + window.fromSeconds - neighbour.window.fromSeconds;
  const last = Math.max(STRETCH_SECONDS / 2 - window.seconds, secondsOf(packaging) - STRETCH_SECONDS / 2);
  const middle = Math.min(last, Math.max(STRETCH_SECONDS / 2 - window.seconds, at));
  const stretch = { from: middle - STRETCH_SECONDS / 2, to: middle + STRETCH_SECONDS / 2 };
  return followedPlace(window, packaging, stretch, view.distortion, tools);
}

async function followedPlace(
  window: ClipWindow,
  packaging: TracedPackaging,
  { from, to }: { readonly from: number; readonly to: number },
  distortion: Distortion,
  { network, giveWay }: FollowTools,
): Promise<Place> {
  const view = viewForensic(window.samples(), window.sampleRateHz, network, distortion);
  const pattern = await packaging.pattern();
  await giveWay();
  const following = callPath(view, pattern, from, to);
  let step = following.next();
  for (; !step.done; step = following.next()) await giveWay();
  return { packaging, view, ...step.value };
}

const secondsOf = ({ track }: TracedPackaging): number => track.durationSamples / track.sampleRateHz;
