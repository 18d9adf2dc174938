import { workerData } from 'node:worker_threads';
import type { Clip } from './corpus.ts';
import { type DetectionTask, markClip, type MarkedClip, runTrials } from './trials.ts';
import { answerMessages } from './worker-messages.ts';

/** A task and the name of its clip. */
export interface ClipTask extends DetectionTask {
  readonly clip: string;
}

const clips = workerData as readonly Clip[];

/** The last one, since tasks come clip by clip. */
let kept: MarkedClip | undefined;

async function markedClip(name: string): Promise<MarkedClip> {
  const clip = clips.find(candidate => candidate.name === name);
  if (!clip) throw new RangeError(`There is no clip ${name}.`);
  if (kept?.name !== name) kept = await markClip(clip);
  return kept;
}

await answerMessages(async message => {
  const task = message as ClipTask;
  return runTrials(await markedClip(task.clip), task);
});
