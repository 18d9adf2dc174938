import { workerData } from 'node:worker_threads';
import type { Clip } from '../corpus.ts';
import { answerMessages } from '../worker-messages.ts';
import { makeExample } from './examples.ts';

/** Which clip, and which of its examples. */
export interface ExampleTask {
  readonly clip: number;
  readonly draw: number;
}

const clips = workerData as readonly Clip[];

await answerMessages(async message => {
  const { clip, draw } = message as ExampleTask;
  const chosen = clips[clip];
  if (!chosen) throw new RangeError(`There is no clip ${clip}.`);
  return makeExample(chosen, draw);
});
