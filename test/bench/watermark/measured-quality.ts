import { type Clip, CORPUS_RATE_HZ } from './corpus.ts';
import { type Quality, quality } from './quality/quality.ts';
import { resampled } from './sound.ts';
import { markClip } from './trials.ts';

/** Compares clips before and after marking at 48 kHz, both brought down to the telephone's rate. */
export async function measureQuality(clips: readonly Clip[]): Promise<Quality[]> {
  const measured: Quality[] = [];
  for (const clip of clips) {
    const { original, marked } = await markClip(clip);
    const before = await resampled(original, CORPUS_RATE_HZ);
    const after = await resampled(marked, CORPUS_RATE_HZ);
    measured.push(quality(before.samples, after.samples, CORPUS_RATE_HZ));
  }
  return measured;
}
