import { workerData } from 'node:worker_threads';
import type { Clip } from './corpus.ts';
import { runUnmarked, viewsOf } from './false-positives.ts';
import { answerMessages } from './worker-messages.ts';

const views = viewsOf(workerData as readonly Clip[]);

await answerMessages(key => runUnmarked(key as number, views));
