import { beforeAll, describe, expect, test } from 'vitest';
import { type Clip, trainingClips } from '../../bench/watermark/corpus.ts';
import { runUnmarked, viewsOf } from '../../bench/watermark/false-positives.ts';
import { measureForensicQuality, readForensic } from '../../bench/watermark/forensic.ts';
import { listenersReport, tryListeners } from '../../bench/watermark/listeners.ts';
import { measureQuality } from '../../bench/watermark/measured-quality.ts';
import { qualityReport } from '../../bench/watermark/tables.ts';
import { markClip, type MarkedClip, runTrials } from '../../bench/watermark/trials.ts';
import { hasProgram } from '../../support/has-program.ts';

/** The benchmark in little, on a telephone call that the network was trained on: it shows that the parts fit, not how good they are. */
describe.skipIf(!hasProgram('ffmpeg'))('a small benchmark of the watermark, with ffmpeg', () => {
  let clip: Clip;
  let marked: MarkedClip;
  beforeAll(async () => {
    const [call] = await trainingClips({ voices: ['phone-call'], clipSeconds: 40 });
    if (!call) throw new Error('The telephone call is missing.');
    clip = call;
    marked = await markClip(call);
  });

  test.each(['none', 'g711', 'opus-24'] as const)('%s: the right id in 10 s', async attack => {
    const trials = await runTrials(marked, { attack, seconds: [10], starts: 2 });
    expect(trials.map(({ outcome }) => outcome)).toEqual(['right', 'right']);
  });

  test('the same speech without a mark has none, and with a mark none under other keys', async () => {
    const { samples, sampleRateHz } = marked.marked;
    const other = { ...clip, samples, sampleRateHz };
    expect(await runUnmarked(0, viewsOf([clip, other]))).toMatchObject({ runs: 2, found: 0 });
  });

  test('the forensic mark is read under the real-time one, and keeps the bars of quality', async () => {
    const trials = await readForensic(clip, ['none', 'g711']);
    expect(trials.every(({ bits }) => bits > 5)).toBe(true);
    expect(trials.map(({ errors }) => errors)).toEqual([0, 0, 0, 0]);
    expect(qualityReport(await measureForensicQuality([clip])).failures).toEqual([]);
    const copies = tryListeners(trials, 24);
    expect(copies).toHaveLength(8);
    expect(listenersReport(copies).failures).toEqual([]);
  });

  test('the mark keeps the bars of quality', async () => {
    expect(qualityReport(await measureQuality([clip])).failures).toEqual([]);
  });
});
