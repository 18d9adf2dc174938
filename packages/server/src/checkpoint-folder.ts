import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoreExisting, writeDurably } from './durable-file.ts';

const SUFFIX = '.txt';
/** So many digits, that names stand in the order of sizes. */
const DIGITS = 15;

/** A tenant's checkpoints outside the database: a folder with one file for each, named by its size. */
export class CheckpointFolder {
  readonly #path: string;

  /** @param folder - of all tenants; it has to exist */
  constructor(folder: string, tenant: string) {
    // A tenant may be named ".." too.
    this.#path = join(folder, `log-${encodeURIComponent(tenant)}`);
  }

  /** The text of the checkpoint that covers most. */
  async latest(): Promise<string | undefined> {
    await mkdir(this.#path).catch(ignoreExisting);
    const name = (await readdir(this.#path))
      .filter(entry => entry.endsWith(SUFFIX))
      .toSorted()
      .at(-1);
    return name === undefined ? undefined : readFile(join(this.#path, name), 'utf8');
  }

  /** Keeps a checkpoint; resolves once it will survive a power cut. */
  keep(size: number, note: string): Promise<void> {
    return writeDurably(join(this.#path, `${String(size).padStart(DIGITS, '0')}${SUFFIX}`), note);
  }
}
