import { rm } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Clip, judgingClips, trainingClips, unmarkedClips } from './corpus.ts';
import { measureCost } from './cost.ts';
import type { ClipTask } from './detection-worker.ts';
import type { UnmarkedRuns } from './false-positives.ts';
import { fingerprint } from './fingerprint.ts';
import { FORENSIC_ATTACKS, type ForensicTrial, measureForensicQuality, readForensic } from './forensic.ts';
import { CODEC_PACKAGES, ensurePackages } from './installed-packages.ts';
import { measureQuality } from './measured-quality.ts';
import { listenersReport, tryListeners } from './listeners.ts';
import { type Options, parseOptions, USAGE } from './options.ts';
import { ResultsFile } from './results-file.ts';
import {
  costReport,
  detectionReport,
  falsePositiveReport,
  forensicReport,
  qualityReport,
  type Report,
} from './tables.ts';
import { lengthsFor, type Trial } from './trials.ts';
import { JUDGING_VOICES, TRAINING_VOICES } from './voices.ts';
import { doInWorkers } from './worker-pool.ts';

const STARTS = 4;

/** Speech in the repository; the network was trained on it, so that it judges nothing. */
const TOY_VOICES = ['phone-call', 'meetings'];

/** Unmarked excerpts that every key is tried on. */
const UNMARKED_VIEWS = 200;
const TOY_VIEWS = 6;

/** One clip of each voice, then the next of each, so that few clips still have many voices. */
const mixed = (clips: readonly Clip[]): Clip[] =>
  [...clips].sort(({ name: one }, { name: other }) => one.slice(-2).localeCompare(other.slice(-2)));

async function judgedClips({ toy, trials }: Options): Promise<Clip[]> {
  const count = Math.ceil(trials / STARTS);
  const clips = toy
    ? await trainingClips({ voices: TOY_VOICES, clipSeconds: 40, clipsOfVoice: count })
    : await judgingClips({ clipsOfVoice: Math.ceil(count / JUDGING_VOICES.length) });
  return mixed(clips).slice(0, count);
}

/** One file for each state of the code. */
async function resultsFile<Result>(name: string, { toy, fresh }: Options): Promise<ResultsFile<Result>> {
  const file = `${name}${toy ? '-toy' : ''}-${await fingerprint()}.jsonl`;
  const path = fileURLToPath(new URL(`../../var/bench-watermark-results/${file}`, import.meta.url));
  if (fresh) await rm(path, { force: true });
  return ResultsFile.open<Result>(path);
}

/** The last result of each trial: one that was interrupted may have been done again. */
const distinct = (trials: readonly Trial[]): Trial[] => [
  ...new Map(
    trials.map(trial => [[trial.clip, trial.attack, trial.start, trial.seconds].join(), trial]),
  ).values(),
];

async function runDetection(options: Options, clips: readonly Clip[]): Promise<Report> {
  const file = await resultsFile<Trial>('detection', options);
  const known = (): Trial[] => distinct(file.results).filter(wanted);
  const wanted = ({ clip, attack, start, seconds }: Trial): boolean =>
    clips.some(({ name }) => name === clip) &&
    options.attacks.includes(attack) &&
    start < STARTS &&
    lengthsFor(attack, options.seconds).includes(seconds);
  const isDone = ({ clip, attack, seconds }: ClipTask): boolean =>
    known().filter(trial => trial.clip === clip && trial.attack === attack).length ===
    STARTS * lengthsFor(attack, seconds).length;
  const tasks = clips
    .flatMap(({ name }) =>
      options.attacks.map((attack): ClipTask => ({
        clip: name,
        attack,
        seconds: options.seconds,
        starts: STARTS,
      })),
    )
    .filter(task => !isDone(task));
  const script = new URL('./detection-worker.js', import.meta.url);
  const finished = async (answer: unknown, { clip, attack }: ClipTask): Promise<void> => {
    const trials = answer as Trial[];
    await file.append(trials);
    const words = trials.map(({ seconds, outcome }) => `${seconds} s ${outcome}`);
    console.log(`${clip} ${attack}: ${words.join(', ')}`);
  };
  await doInWorkers({ script, given: clips, tasks, finished });
  return detectionReport(known());
}

async function runFalsePositives(options: Options): Promise<Report> {
  const { toy, falsePositiveRuns } = options;
  const clips = toy
    ? (await trainingClips({ voices: TOY_VOICES })).slice(0, TOY_VIEWS)
    : (await unmarkedClips()).slice(0, UNMARKED_VIEWS);
  const file = await resultsFile<UnmarkedRuns>('unmarked', options);
  const count = Math.ceil(falsePositiveRuns / clips.length);
  const known = new Set(file.results.map(({ key }) => key));
  const keys = Array.from({ length: count }, (_, key) => key).filter(key => !known.has(key));
  const script = new URL('./false-positive-worker.js', import.meta.url);
  const finished = (answer: unknown): Promise<void> => file.append([answer as UnmarkedRuns]);
  await doInWorkers({ script, given: clips, tasks: keys, finished });
  return falsePositiveReport(file.results, falsePositiveRuns);
}

async function runForensic({ attacks }: Options, clips: readonly Clip[]): Promise<ForensicTrial[]> {
  const trials: ForensicTrial[] = [];
  for (const clip of clips)
    trials.push(
      ...(await readForensic(
        clip,
        FORENSIC_ATTACKS.filter(attack => attacks.includes(attack)),
      )),
    );
  return trials;
}

function print({ lines }: Report): void {
  console.log(`\n${lines.join('\n')}`);
}

async function reportsOf(options: Options): Promise<Report[]> {
  const clips = await judgedClips(options);
  const reports: Report[] = [];
  const add = (report: Report): void => {
    print(report);
    reports.push(report);
  };
  if (options.parts.includes('quality')) add(qualityReport(await measureQuality(clips)));
  if (options.parts.includes('detection')) add(await runDetection(options, clips));
  if (options.parts.includes('forensic'))
    add(qualityReport(await measureForensicQuality(clips), 'quality of A and B'));
  if (options.parts.includes('forensic') || options.parts.includes('listeners')) {
    const read = await runForensic(options, clips);
    add(forensicReport(read));
    if (options.parts.includes('listeners')) add(listenersReport(tryListeners(read, options.listenerTrials)));
  }
  if (options.parts.includes('false-positives')) add(await runFalsePositives(options));
  const [clip] = clips;
  if (options.parts.includes('cost') && clip) add(costReport(await measureCost(clip)));
  return reports;
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--help')) {
    console.log(USAGE);
    return 0;
  }
  const options = parseOptions(args);
  const voices = options.toy ? [] : [...JUDGING_VOICES, ...TRAINING_VOICES];
  ensurePackages([...CODEC_PACKAGES, ...voices.flatMap(voice => voice.package ?? [])]);
  const failures = (await reportsOf(options)).flatMap(report => report.failures);
  console.log(
    failures.length === 0 ? '\nEvery bar holds.' : `\nBars that do not hold:\n${failures.join('\n')}`,
  );
  return failures.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
