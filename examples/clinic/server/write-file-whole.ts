import { rename, writeFile } from 'node:fs/promises';

/** Writes a file so that it appears complete or not at all, whenever the process ends. */
export async function writeFileWhole(path: string, text: string, mode: number = 0o644): Promise<void> {
  const passing = `${path}.${process.pid}.new`;
  await writeFile(passing, text, { mode });
  await rename(passing, path);
}
