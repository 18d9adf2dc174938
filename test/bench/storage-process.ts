import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Origin } from '../support/deployment.ts';

const program = fileURLToPath(new URL('storage.mjs', import.meta.url));

/** Storage in a process of its own, as in production: what the key service works on delays none of its answers. */
export class StorageProcess {
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
  }

  /** Takes the place of an origin, under its address. */
  static async inPlaceOf(origin: Origin, folder: string): Promise<StorageProcess> {
    await origin.stop();
    const child = fork(program, [folder, new URL(origin.url).port], { execArgv: [] });
    await once(child, 'message');
    return new StorageProcess(child);
  }

  /** From now on every answer comes so much later. */
  async delay(ms: number): Promise<void> {
    this.#child.send(ms);
    await once(this.#child, 'message');
  }

  stop(): void {
    this.#child.disconnect();
  }
}
