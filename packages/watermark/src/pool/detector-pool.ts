import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { DetectOptions, Detection } from '../detector/index.ts';

/** One detector run. */
export interface SearchTask {
  readonly channels: readonly Float32Array<ArrayBuffer>[];
  readonly sampleRateHz: number;
  /** The tenant's watermark key, 32 bytes. */
  readonly key: Uint8Array<ArrayBuffer>;
  readonly options: DetectOptions;
}

type Answer = { readonly detection: Detection } | { readonly error: Error };

/** Detector runs on all cores, in Node. */
export class DetectorPool {
  readonly size: number;
  readonly #idle: Worker[];
  readonly #waiting: ((worker: Worker) => void)[] = [];

  /** @param size - threads; default one for each core */
  constructor(size: number = availableParallelism()) {
    this.size = size;
    this.#idle = Array.from(
      { length: size },
      () => new Worker(new URL('./detector-worker.js', import.meta.url)),
    );
  }

  /**
   * `detectWatermark` in the next free thread. The samples are handed over: the arrays are empty afterwards.
   * @throws what `detectWatermark` throws
   */
  async search(task: SearchTask): Promise<Detection> {
    const worker = this.#idle.pop() ?? (await new Promise<Worker>(resolve => this.#waiting.push(resolve)));
    try {
      worker.postMessage(
        task,
        task.channels.map(({ buffer }) => buffer),
      );
      const [answer] = (await once(worker, 'message')) as [Answer];
      if ('error' in answer) throw answer.error;
      return answer.detection;
    } finally {
      this.#free(worker);
    }
  }

  /** Ends the threads; a run that is under way is lost. */
  async close(): Promise<void> {
    await Promise.all(this.#idle.splice(0).map(worker => worker.terminate()));
  }

  #free(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next) next(worker);
    else this.#idle.push(worker);
  }
}
