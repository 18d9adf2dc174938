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
  readonly #workers: readonly Worker[];
  readonly #idle: Worker[];
  readonly #waiting: ((worker: Worker) => void)[] = [];
  readonly #closing = new AbortController();

  /** @param size - threads; default one for each core */
  constructor(size: number = availableParallelism()) {
    this.size = size;
    this.#workers = Array.from(
      { length: size },
      () => new Worker(new URL('./detector-worker.js', import.meta.url)),
    );
    this.#idle = [...this.#workers];
  }

  /**
   * `detectWatermark` in the next free thread. The samples are handed over: the arrays are empty afterwards.
   * @throws what `detectWatermark` throws; AbortError once the pool is closed
   */
  async search(task: SearchTask): Promise<Detection> {
    const worker = this.#idle.pop() ?? (await new Promise<Worker>(resolve => this.#waiting.push(resolve)));
    try {
      worker.postMessage(
        task,
        task.channels.map(({ buffer }) => buffer),
      );
      const [answer] = (await once(worker, 'message', { signal: this.#closing.signal })) as [Answer];
      if ('error' in answer) throw answer.error;
      return answer.detection;
    } finally {
      this.#free(worker);
    }
  }

  /** Ends the threads; runs that are under way or wait fail. */
  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all(this.#workers.map(worker => worker.terminate()));
  }

  #free(worker: Worker): void {
    const next = this.#waiting.shift();
    if (next) next(worker);
    else this.#idle.push(worker);
  }
}
