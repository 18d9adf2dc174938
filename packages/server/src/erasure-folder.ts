import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ignoreExisting, writeDurably } from './durable-file.ts';

const SUFFIX = '.txt';

/** A tenant's erasures outside the database: a folder with one file for each, named by its call. */
export class ErasureFolder {
  readonly #path: string;

  /** @param folder - of all tenants; it has to exist */
  constructor(folder: string, tenant: string) {
    this.#path = join(folder, `erased-${encodeURIComponent(tenant)}`);
  }

  /** The calls that files are named by. */
  async calls(): Promise<string[]> {
    await mkdir(this.#path).catch(ignoreExisting);
    const names = (await readdir(this.#path)).filter(entry => entry.endsWith(SUFFIX));
    return names.map(name => name.slice(0, -SUFFIX.length));
  }

  read(call: string): Promise<string> {
    return readFile(this.#pathOf(call), 'utf8');
  }

  /** Keeps an erasure; resolves once it will survive a power cut. */
  async keep(call: string, note: string): Promise<void> {
    await mkdir(this.#path).catch(ignoreExisting);
    await writeDurably(this.#pathOf(call), note);
  }

  readonly #pathOf = (call: string): string => join(this.#path, `${call}${SUFFIX}`);
}
