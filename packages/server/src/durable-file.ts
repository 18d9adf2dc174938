import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Writes a file that appears whole or not at all; resolves once it will survive a power cut. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const part = `${path}.${crypto.randomUUID()}.part`;
  const file = await open(part, 'wx', 0o644);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(part, path);
  await syncFolder(dirname(path));
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

/** For a folder that may be there already. */
export function ignoreExisting(cause: unknown): void {
  if (!(cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')) throw cause;
}
