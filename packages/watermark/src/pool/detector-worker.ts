import { parentPort } from 'node:worker_threads';
import { detectWatermark, KeyDetector, trainedNetwork } from '../detector/index.ts';
import type { SearchTask } from './detector-pool.ts';

if (!parentPort) throw new Error('This file runs in a worker thread.');
const port = parentPort;
const network = trainedNetwork();
let current: { readonly key: string; readonly detector: KeyDetector } | undefined;

port.on('message', (task: SearchTask) => {
  void search(task);
});

async function search({ channels, sampleRateHz, key, options }: SearchTask): Promise<void> {
  try {
    const detector = await detectorOf(key);
    port.postMessage({ detection: detectWatermark(channels, sampleRateHz, detector, network, options) });
  } catch (error) {
    port.postMessage({ error });
  }
}

/** Most tasks of a pool have the same key. */
async function detectorOf(key: Uint8Array<ArrayBuffer>): Promise<KeyDetector> {
  const name = key.join();
  if (current?.key !== name) current = { key: name, detector: await KeyDetector.of(key) };
  return current.detector;
}
