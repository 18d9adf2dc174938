import { on } from 'node:events';
import { parentPort } from 'node:worker_threads';

/**
 * Answers every message of the main thread with one message, for as long as the worker lives.
 * @throws Error outside a worker thread
 */
export async function answerMessages(answer: (message: unknown) => Promise<unknown>): Promise<void> {
  if (!parentPort) throw new Error('Messages are answered in a worker thread.');
  for await (const [message] of on(parentPort, 'message') as AsyncIterable<[unknown]>)
    parentPort.postMessage(await answer(message), []);
}
