import type { Clip } from './corpus.ts';
import { keyedDetector, viewOf, type View } from './detection.ts';
import { keyOf } from './trials.ts';

/** What one key found in all views of unmarked speech. */
export interface UnmarkedRuns {
  readonly key: number;
  readonly runs: number;
  /** Ids reported: each is wrong. */
  readonly found: number;
  /** How near the best run came to its threshold; above 0 the score alone would have passed. */
  readonly largestMargin: number;
  readonly largestScore: number;
}

/** What is looked at: excerpts of these lengths in turn. */
const VIEW_SECONDS = [5, 10, 20];

/** What needs no key is done once for each excerpt. */
export function viewsOf(clips: readonly Clip[]): View[] {
  const views: View[] = [];
  for (const [index, clip] of clips.entries()) {
    const seconds = VIEW_SECONDS[index % VIEW_SECONDS.length] ?? 0;
    const { samples, sampleRateHz } = clip;
    views.push(viewOf({ samples: samples.subarray(0, seconds * sampleRateHz), sampleRateHz }));
  }
  return views;
}

/** Looks for the mark of one key in all views; keys are numbered, and none of them ever marked anything. */
export async function runUnmarked(key: number, views: readonly View[]): Promise<UnmarkedRuns> {
  const search = await keyedDetector(keyOf(`unmarked ${key}`));
  const answers = views.map(search);
  return {
    key,
    runs: answers.length,
    found: answers.filter(({ found }) => found).length,
    largestMargin: Math.max(...answers.map(({ score, threshold }) => score - threshold)),
    largestScore: Math.max(...answers.map(({ score }) => score)),
  };
}
