import {
  type CallPattern,
  closeReadings,
  commonEvidence,
  type ChipNetwork,
  distortedReadings,
  fineReadings,
  type ForensicView,
  type SegmentBit,
  searchCall,
  segmentBits,
} from '@secure-call/watermark/detector';
import type { TracedPackaging } from './traced-packaging.ts';

/** Where in which recording a piece of a clip may lie. */
export interface Place {
  readonly packaging: TracedPackaging;
  readonly view: ForensicView;
  /** Second of the recording at which the piece begins; may be negative. */
  readonly startSeconds: number;
  /** Evidence of the packaging's mark, nats. */
  readonly evidenceNats: number;
  readonly bits: readonly SegmentBit[];
}

/** Between two steps of the search, so that a service can answer others, and the search can be stopped. */
export type GiveWay = () => Promise<void>;

/** Of a first look at all recordings, so many are looked at exactly. */
const CLOSELY = 3;

/** The likeliest place of a view in any of the packagings; the chips that everybody has alike decide. */
export async function likeliestPlace(
  view: ForensicView,
  packagings: readonly TracedPackaging[],
  giveWay: GiveWay,
): Promise<Place | undefined> {
  const chosen = packagings.length > CLOSELY ? await firstLook(view, packagings, giveWay) : packagings;
  let best: Place | undefined;
  for (const packaging of chosen) {
    const place = placeIn(view, packaging, await packaging.pattern());
    if (place && place.evidenceNats > (best?.evidenceNats ?? -1)) best = place;
    await giveWay();
  }
  return best;
}

function placeIn(view: ForensicView, packaging: TracedPackaging, pattern: CallPattern): Place | undefined {
  const [found] = searchCall(view, pattern, 1);
  if (!found) return undefined;
  const bits = segmentBits(view, pattern, found.startSeconds);
  return { packaging, view, startSeconds: found.startSeconds, evidenceNats: commonEvidence(bits), bits };
}

/** Every second row is enough to tell which recordings are worth a closer look. */
async function firstLook(
  view: ForensicView,
  packagings: readonly TracedPackaging[],
  giveWay: GiveWay,
): Promise<TracedPackaging[]> {
  const thin = everySecondRow(view);
  const scored: { readonly packaging: TracedPackaging; readonly score: number }[] = [];
  for (const packaging of packagings) {
    const [found] = searchCall(thin, await packaging.pattern(), 1);
    scored.push({ packaging, score: found?.score ?? 0 });
    await giveWay();
  }
  const best = scored.sort((a, b) => b.score - a.score).slice(0, CLOSELY);
  return best.map(({ packaging }) => packaging);
}

function everySecondRow({ values, rowCount, rowSeconds, distortion }: ForensicView): ForensicView {
  const width = values.length / Math.max(1, rowCount);
  const rows = Math.ceil(rowCount / 2);
  const thinned = new Float32Array(rows * width);
  for (let row = 0; row < rows; row += 1)
    thinned.set(values.subarray(2 * row * width, (2 * row + 1) * width), row * width);
  return { distortion, rowSeconds: 2 * rowSeconds, rowCount: rows, values: thinned };
}

/** A place that was found, with the speed told more exactly. */
export function refinedPlace(place: Place, giveWay: GiveWay): Promise<Place | undefined> {
  return best(fineReadings(place.view), [place.packaging], giveWay);
}

/** The likeliest place at any speed or tempo up to 6 % off. */
export async function placeAtAnySpeed(
  samples: Float32Array,
  sampleRateHz: number,
  network: ChipNetwork,
  packagings: readonly TracedPackaging[],
  giveWay: GiveWay,
): Promise<Place | undefined> {
  const first = await best(distortedReadings(samples, sampleRateHz, network), packagings, giveWay);
  if (!first) return undefined;
  const close = closeReadings(samples, sampleRateHz, network, first.view.distortion);
  return best(close, [first.packaging], giveWay);
}

async function best(
  views: Iterable<ForensicView>,
  packagings: readonly TracedPackaging[],
  giveWay: GiveWay,
): Promise<Place | undefined> {
  let found: Place | undefined;
  for (const view of views) {
    const place = await likeliestPlace(view, packagings, giveWay);
    if (place && place.evidenceNats > (found?.evidenceNats ?? -1)) found = place;
  }
  return found;
}
