import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseOptions } from '../../bench/watermark/options.ts';
import { ResultsFile } from '../../bench/watermark/results-file.ts';
import {
  costReport,
  detectionReport,
  falsePositiveReport,
  forensicReport,
  qualityReport,
} from '../../bench/watermark/tables.ts';
import { listenersReport } from '../../bench/watermark/listeners.ts';
import type { Trial } from '../../bench/watermark/trials.ts';

const trials = (attack: Trial['attack'], seconds: number, outcomes: readonly Trial['outcome'][]): Trial[] =>
  outcomes.map((outcome, start) => ({
    clip: 'clip',
    attack,
    start,
    seconds,
    outcome,
    score: 11,
    threshold: 10,
  }));

const many = (count: number, outcome: Trial['outcome']): Trial['outcome'][] =>
  Array.from({ length: count }, () => outcome);

describe('the report', () => {
  test('fails a bar below its share, and not at it', () => {
    const at = [...many(19, 'right' as const), ...many(1, 'none' as const)];
    const below = [...many(18, 'right' as const), ...many(2, 'none' as const)];
    expect(detectionReport(trials('gsm', 10, at)).failures).toEqual([]);
    expect(detectionReport(trials('gsm', 10, below)).failures).toEqual(['gsm: 18 of 20 in 10 s']);
  });

  test('holds no bar against other lengths, and none that is only aimed at', () => {
    expect(detectionReport(trials('gsm', 5, many(4, 'none'))).failures).toEqual([]);
    expect(detectionReport(trials('amr-4.75', 30, many(4, 'none'))).failures).toEqual([]);
  });

  test('counts wrong ids apart from misses, and fails because of one', () => {
    const { lines, failures } = detectionReport([
      ...trials('g711', 30, ['right', 'none', 'wrong']),
      ...trials('cuts', 30, ['wrong']),
    ]);
    expect(lines.find(line => line.startsWith('g711'))).toMatch(/^g711 +1\/3 +1 +95 %/);
    expect(lines.at(-1)).toBe('wrong ids: 2 of 4');
    expect(failures).toEqual(['2 wrong ids']);
  });

  test('counts wrong bits of the forensic mark over all clips, and fails above its share', () => {
    const clips = (errors: number) => [
      { attack: 'gsm', seconds: 4, bits: 150, errors: 0 } as const,
      { attack: 'gsm', seconds: 4, bits: 50, errors } as const,
      { attack: 'gsm', seconds: 2, bits: 100, errors: 50 } as const,
    ];
    const { lines, failures } = forensicReport(clips(1));
    expect(lines.at(-1)).toMatch(/^gsm +50\/100 +1\/200/);
    expect(failures).toEqual([]);
    expect(forensicReport(clips(2)).failures).toEqual(['gsm: 2 of 200 bits in 4 s']);
  });

  test('fails where the right listener is too rarely the first, and for one innocent who is named', () => {
    const copies = (first: number, innocent: number) => [
      { attack: 'gsm', seconds: 2, copySeconds: 75, trials: 100, first, named: 0, innocent } as const,
    ];
    expect(listenersReport(copies(95, 0)).failures).toEqual([]);
    expect(listenersReport(copies(94, 0)).failures).toHaveLength(1);
    expect(listenersReport(copies(100, 1)).failures).toEqual([
      'gsm: 75 s in segments of 2 s: 1 innocent named',
    ]);
  });

  test('judges quality by the worst clip, on either side', () => {
    const good = {
      segmentalSnrDecibels: 25,
      logSpectralDistanceDecibels: 1.5,
      noiseToMaskDecibels: -8,
      increaseDecibels: 0.1,
      depth: 0.07,
      broadbandDepth: 0.03,
    };
    expect(qualityReport([good]).failures).toEqual([]);
    const failed = qualityReport([
      good,
      { ...good, segmentalSnrDecibels: 22, noiseToMaskDecibels: -5 },
    ]).failures;
    expect(failed.map(words => words.split(':')[0])).toEqual(['segmentalSnrDecibels', 'noiseToMaskDecibels']);
  });

  test('sums up runs on unmarked speech, and fails for one id', () => {
    const runs = { runs: 200, found: 0, largestMargin: -2.5, largestScore: 8.25 };
    const none = falsePositiveReport(
      [
        { key: 0, ...runs },
        { key: 1, ...runs, largestScore: 8.5 },
      ],
      400,
    );
    expect(none.failures).toEqual([]);
    expect(none.lines.join('\n')).toMatch(/0 of 400 runs.*2 keys[^]*8\.50[^]*-2\.50[^]*at most 7\.5e-3/);
    expect(falsePositiveReport([{ key: 0, ...runs, found: 1 }], 200).failures).toEqual(['1 false positives']);
  });

  test('fails what costs too much', () => {
    const cost = {
      workletShare: 0.01,
      latencySeconds: 0.02,
      embedderSpeed: 90,
      embedderSpeedAt8k: 400,
      variantSpeedAt8k: 400,
      variantSpeedAt48k: 100,
      detectorSpeed: 50,
      detectorSpeedUnmarked: 4,
      detectorSpeedWithSearch: 8,
    };
    expect(costReport(cost).failures).toEqual(['detectorSpeedWithSearch: 8.00']);
  });
});

describe('results', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'results-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('are there again after an interruption, the line without an end is not', async () => {
    const path = join(folder, 'below', 'results.jsonl');
    const first = await ResultsFile.open<number[]>(path);
    expect(first.results).toEqual([]);
    await first.append([[1], [2]]);
    await appendFile(path, '[3');
    const second = await ResultsFile.open<number[]>(path);
    expect(second.results).toEqual([[1], [2]]);
    await second.append([[4]]);
    expect(await readFile(path, 'utf8')).toBe('[1]\n[2]\n[4]\n');
  });
});

describe('options', () => {
  test('are the whole benchmark unless said otherwise', () => {
    const { trials: count, seconds, parts, toy } = parseOptions([]);
    expect({ count, seconds, toy }).toEqual({ count: 32, seconds: [5, 10, 20, 30], toy: false });
    expect(parts).toHaveLength(6);
  });

  test('a toy run is small, and can still be told what to do', () => {
    expect(parseOptions(['--toy', '--attacks', 'gsm'])).toMatchObject({ attacks: ['gsm'], seconds: [10] });
  });

  test.each([
    ['--attacks', 'gms'],
    ['--seconds', 'ten'],
    ['--trials', '0'],
    ['--only', 'speed'],
    ['--unknown'],
  ])('%s %s is refused', (...args) => {
    expect(() => parseOptions(args)).toThrow();
  });
});
