import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { PARTIAL_PREFIX } from './package-folder.ts';

/** Far longer than any packaging goes without writing. */
const ABANDONED_AFTER_MILLISECONDS = 24 * 3600 * 1000;

const FOLDER_NAME = /^[A-Za-z0-9_-]{22}$/;
const FILE_NAME = /^(spill\.tmp|[a-z]{1,16}\.bin)$/;

/**
 * Removes what killed packagers left in a storage folder: folders of the name and with the content that only a packager
 * makes, in which nothing was written for a day. Another packager may do the same at the same time.
 * @param storage - what `packRecording` takes as `to`; it need not exist
 * @returns how many were removed
 */
export async function removeAbandonedPackages(storage: string): Promise<number> {
  // A storage folder that cannot be read is told by the packaging that follows.
  const entries = await readdir(storage, { withFileTypes: true }).catch(() => []);
  let removed = 0;
  for (const entry of entries) {
    const isPartial =
      entry.name.startsWith(PARTIAL_PREFIX) && FOLDER_NAME.test(entry.name.slice(PARTIAL_PREFIX.length));
    const path = join(storage, entry.name);
    if (!isPartial || !entry.isDirectory() || !(await isAbandoned(path))) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}

async function isAbandoned(folder: string): Promise<boolean> {
  try {
    const names = await readdir(folder);
    if (!names.every(name => FILE_NAME.test(name))) return false;
    const paths = [folder, ...names.map(name => join(folder, name))];
    // A folder's own time stays as it is while a file in it grows.
    const times = await Promise.all(paths.map(async path => (await stat(path)).mtimeMs));
    return Math.max(...times) < Date.now() - ABANDONED_AFTER_MILLISECONDS;
  } catch {
    return false;
  }
}
