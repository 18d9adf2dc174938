import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';

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
  async keep(size: number, note: string): Promise<void> {
    const path = join(this.#path, `${String(size).padStart(DIGITS, '0')}${SUFFIX}`);
    const part = `${path}.${crypto.randomUUID()}.part`;
    const file = await open(part, 'wx', 0o644);
    try {
      await file.writeFile(note);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(part, path);
    await syncFolder(this.#path);
  }
}

function ignoreExisting(cause: unknown): void {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
}

/** A name is durable once its folder is. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
