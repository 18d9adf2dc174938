import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** As many as there are cores to spare on a small machine. */
const WORKERS = 2;

/** What worker threads are to do. */
export interface Work<Task> {
  /** A module that answers every message with one message. */
  readonly script: URL;
  /** What each worker has from the beginning. */
  readonly given: unknown;
  /** Messages to the workers; each does one at a time. */
  readonly tasks: readonly Task[];
  /** Takes a worker's answer; awaited before that worker goes on. */
  readonly finished: (answer: unknown, task: Task) => Promise<void>;
}

async function answerOf(worker: Worker, task: unknown): Promise<unknown> {
  worker.postMessage(task, []);
  const [answer] = (await once(worker, 'message')) as [unknown];
  return answer;
}

/**
 * Lets worker threads do tasks.
 * @throws what a worker threw
 */
export async function doInWorkers<Task>({ script, given, tasks, finished }: Work<Task>): Promise<void> {
  const waiting = [...tasks];
  const workOff = async (): Promise<void> => {
    const worker = new Worker(script, { workerData: given });
    try {
      for (let task = waiting.shift(); task !== undefined; task = waiting.shift())
        await finished(await answerOf(worker, task), task);
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(WORKERS, tasks.length) }, workOff));
}
