import {
  type ChipNetwork,
  type Distortion,
  DISTORTION_NATS,
  FALSE_POSITIVE_BOUND,
  falsePositiveBound,
  UNDISTORTED,
  viewForensic,
} from '@secure-call/watermark/detector';
import { type ClipWindow, type Ear, earsOf, loudest, type TraceClip, windowsOf } from './trace-clip.ts';
import { followedBeside, followedPlaces, isWhole } from './trace-path.ts';
import { type GiveWay, likeliestPlace, type Place, placeAtAnySpeed, refinedPlace } from './trace-place.ts';
import type { TracedPackaging } from './traced-packaging.ts';

/** A piece of a clip that lies in a recording. */
export interface PlacedWindow {
  readonly window: ClipWindow;
  readonly place: Place;
}

/** Where a clip lies. */
export interface PlacedClip {
  readonly clip: TraceClip;
  /** What was listened to. */
  readonly ear: Ear;
  /** The likeliest place of all, whether or not it is enough. */
  readonly best: PlacedWindow | undefined;
  /** Of `best`. */
  readonly falsePositiveBound: number;
  /** Pieces whose place is good enough to read bits there; none unless the best one is. */
  readonly windows: readonly PlacedWindow[];
}

export interface SearchOptions {
  readonly packagings: readonly TracedPackaging[];
  readonly network: ChipNetwork;
  readonly hypotheses: Hypotheses;
  readonly giveWay: GiveWay;
  /** Called after each piece of a clip. */
  readonly onWindow: () => void;
}

/**
 * Bits may be read at a place that is this likely to be wrong: codes are judged by a bound of their own, which holds wherever
 * bits are read, and bits of a wrong place only blur it.
 */
const READING_BOUND = 1e-3;

/** Time between two places that are tried. */
const ROW_SECONDS = 0.004;

/** Pieces of a clip that are tried at other speeds. */
const SPEED_WINDOWS = 2;

/** Natural logs of how many ways of finding a mark share a bound: half of it is for sound at its own speed. */
export interface Hypotheses {
  readonly asItIsNats: number;
  readonly atAnySpeedNats: number;
}

/** Every place in every packaging, for every piece of every clip, by every ear. */
export function countHypotheses(
  clips: readonly TraceClip[],
  packagings: readonly TracedPackaging[],
): Hypotheses {
  const recorded = packagings.reduce((sum, { track }) => sum + track.durationSamples / track.sampleRateHz, 1);
  const windows = clips.flatMap(clip => earsOf(clip).flatMap(ear => windowsOf(clip, ear)));
  const seconds = windows.reduce((sum, window) => sum + recorded + packagings.length * window.seconds, 1);
  const asItIsNats = Math.log((2 * seconds) / ROW_SECONDS);
  return { asItIsNats, atAnySpeedNats: asItIsNats + DISTORTION_NATS };
}

const isUnchanged = ({ speed, tempo }: Distortion): boolean => speed === 1 && tempo === 1;

/** Probability, at most, that a place is found that good in sound without any packaging's mark. */
const boundOf = ({ evidenceNats, view }: Place, { asItIsNats, atAnySpeedNats }: Hypotheses): number =>
  falsePositiveBound(evidenceNats, isUnchanged(view.distortion) ? asItIsNats : atAnySpeedNats);

/** Finds where a clip lies, in the mix of its channels or else in one of them, at its own speed or else at another. */
export async function placeClip(clip: TraceClip, options: SearchOptions): Promise<PlacedClip> {
  let best: PlacedClip = { clip, ear: 'mix', best: undefined, falsePositiveBound: 1, windows: [] };
  for (const ear of earsOf(clip)) {
    const placed = await placeEar(clip, ear, options);
    if (!best.best || placed.falsePositiveBound < best.falsePositiveBound) best = placed;
    if (best.falsePositiveBound <= FALSE_POSITIVE_BOUND) break;
  }
  return best;
}

async function placeEar(clip: TraceClip, ear: Ear, options: SearchOptions): Promise<PlacedClip> {
  const windows = windowsOf(clip, ear);
  const asItIs = await placeAll(windows, options, options.packagings);
  const found = await likeliest(windows, asItIs, options);
  const bound = found ? boundOf(found.place, options.hypotheses) : 1;
  const result = { clip, ear, best: found, falsePositiveBound: bound };
  if (!found || bound > READING_BOUND) return { ...result, windows: [] };
  const read = isUnchanged(found.place.view.distortion)
    ? asItIs
    : await placeAll(windows, options, [found.place.packaging], found.place);
  const followed = await followBroken(read, found, options);
  const good = followed.filter(({ place }) => boundOf(place, options.hypotheses) <= READING_BOUND);
  return { ...result, windows: good.length > 0 ? good : [found] };
}

/** Each window's likeliest place, at the speed of another one. */
async function placeAll(
  windows: readonly ClipWindow[],
  { network, giveWay, onWindow }: SearchOptions,
  packagings: readonly TracedPackaging[],
  like?: Place,
): Promise<PlacedWindow[]> {
  const placed: PlacedWindow[] = [];
  for (const window of windows) {
    const view = viewForensic(window.samples(), window.sampleRateHz, network, like?.view.distortion);
    await giveWay();
    const place = await likeliestPlace(view, packagings, giveWay);
    if (place) placed.push({ window, place: withoutView(place) });
    onWindow();
  }
  return placed;
}

/** Pieces that do not lie at one place as a whole are followed around a place that was found, if that says more. */
async function followBroken(
  placed: readonly PlacedWindow[],
  found: PlacedWindow,
  options: SearchOptions,
): Promise<PlacedWindow[]> {
  const followed: PlacedWindow[] = [];
  for (const own of placed) {
    const { window, place } = own.window === found.window ? found : own;
    const other = isWhole(place) ? place : await followedBeside(window, found, options);
    followed.push({ window, place: withoutView(other.evidenceNats > place.evidenceNats ? other : place) });
  }
  return followed;
}

/** A view of half a minute takes a quarter of a megabyte; in a long clip only what was read of it is kept. */
const withoutView = (place: Place): Place => ({
  ...place,
  view: { ...place.view, values: new Float32Array() },
});

async function likeliest(
  windows: readonly ClipWindow[],
  asItIs: readonly PlacedWindow[],
  options: SearchOptions,
): Promise<PlacedWindow | undefined> {
  const found = strongest(asItIs);
  if (found && boundOf(found.place, options.hypotheses) <= READING_BOUND) return refined(found, options);
  return (await foundInPieces(windows, options)) ?? (await foundAtAnySpeed(windows, options)) ?? found;
}

async function foundInPieces(
  windows: readonly ClipWindow[],
  options: SearchOptions,
): Promise<PlacedWindow | undefined> {
  for await (const { window, place } of followedPlaces(windows, options.packagings, UNDISTORTED, options))
    if (boundOf(place, options.hypotheses) <= READING_BOUND) return { window, place: withoutView(place) };
  return undefined;
}

/** A speed that is a little off spoils bits before it hides the mark; one that fits no better is none. */
async function refined(
  found: PlacedWindow,
  { network, giveWay, hypotheses }: SearchOptions,
): Promise<PlacedWindow> {
  const { window } = found;
  const view = viewForensic(window.samples(), window.sampleRateHz, network);
  const place = await refinedPlace({ ...found.place, view }, giveWay);
  if (!place || boundOf(place, hypotheses) >= boundOf(found.place, hypotheses)) return found;
  return { window, place: withoutView(place) };
}

async function foundAtAnySpeed(
  windows: readonly ClipWindow[],
  { network, giveWay, packagings, hypotheses }: SearchOptions,
): Promise<PlacedWindow | undefined> {
  for (const window of loudest(windows, SPEED_WINDOWS)) {
    const samples = window.samples();
    const place = await placeAtAnySpeed(samples, window.sampleRateHz, network, packagings, giveWay);
    if (place && boundOf(place, hypotheses) <= READING_BOUND) return { window, place: withoutView(place) };
  }
  return undefined;
}

const strongest = (placed: readonly PlacedWindow[]): PlacedWindow | undefined =>
  placed.reduce<PlacedWindow | undefined>(
    (best, other) => (best && best.place.evidenceNats >= other.place.evidenceNats ? best : other),
    undefined,
  );
