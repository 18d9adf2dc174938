import {
  type ClipView,
  detectWatermark,
  type Evidence,
  KeyDetector,
  searchView,
  trainedNetwork,
  viewClip,
} from '@secure-call/watermark/detector';
import type { Sound } from './sound.ts';

/** What a detector run says. */
export type Answer = Pick<Evidence, 'found' | 'id' | 'score' | 'threshold'>;

/** What a detector sees in sound before it is given a key. */
export type View = ClipView;

const network = trainedNetwork();

/** A key's detector is made once, as whoever looks through many recordings would. */
let kept: { readonly key: Uint8Array; readonly detector: KeyDetector } | undefined;

/**
 * A whole run of the detector.
 * @param speeds whether changes of speed and tempo are searched for
 */
export async function detect(
  { samples, sampleRateHz }: Sound,
  key: Uint8Array<ArrayBuffer>,
  { speeds }: { speeds: boolean },
): Promise<Answer> {
  if (kept?.key !== key) kept = { key, detector: await KeyDetector.of(key) };
  return detectWatermark([samples], sampleRateHz, kept.detector, network, { speeds });
}

/** The part of a run that needs no key. */
export const viewOf = ({ samples, sampleRateHz }: Sound): View => viewClip(samples, sampleRateHz, network);

/** The part that needs it: looks through what was seen, uncut or cut, as a whole run without a search for speeds does. */
export async function keyedDetector(key: Uint8Array<ArrayBuffer>): Promise<(view: View) => Answer> {
  const detector = await KeyDetector.of(key);
  return view => searchView(view, detector);
}
