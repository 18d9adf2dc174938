import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import {
  type Checkpoint,
  type NoteVerifier,
  openCheckpoint,
  parseNoteVerifier,
  SecureCallError,
} from '@secure-call/protocol';

/** The lines of an export. @throws {SecureCallError} `export_unreadable` */
export async function* exportLines(path: string): AsyncGenerator<string, void, undefined> {
  const input = createReadStream(path, 'utf8');
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } catch (cause) {
    throw new SecureCallError('export_unreadable', 'The export cannot be read.', { cause });
  } finally {
    input.destroy();
  }
}

/** A small file that an auditor keeps. @throws {SecureCallError} `export_unreadable` */
export async function readAuditFile(path: string, what: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SecureCallError('export_unreadable', `The file with the ${what} cannot be read.`, { cause });
  }
}

export type Verifiers = readonly [NoteVerifier, ...NoteVerifier[]];

/**
 * Reads the lines of `audit key`, one for each key that signed checkpoints of the log.
 * @throws {SecureCallError} `export_unreadable` or `key_invalid`
 */
export async function readVerifiers(path: string): Promise<Verifiers> {
  const [first = '', ...others] = (await readAuditFile(path, 'key')).trimEnd().split('\n');
  const own = await parseNoteVerifier(first);
  const further = await Promise.all(others.map(parseNoteVerifier));
  if (further.some(({ name }) => name !== own.name))
    throw new SecureCallError('key_invalid', 'The lines are those of several logs.');
  return [own, ...further];
}

/**
 * Reads checkpoints that were kept elsewhere.
 * @param paths - of files with one each, or of folders of them
 * @throws {SecureCallError} `export_unreadable`; `checkpoint_invalid` when none of `verifiers` signed one
 */
export async function readCheckpoints(paths: readonly string[], verifiers: Verifiers): Promise<Checkpoint[]> {
  const checkpoints: Checkpoint[] = [];
  for (const path of paths)
    for (const file of await filesAt(path))
      checkpoints.push(await openCheckpoint(await readAuditFile(file, 'checkpoint'), ...verifiers));
  return checkpoints;
}

async function filesAt(path: string): Promise<string[]> {
  const entry = await stat(path).catch(() => undefined);
  if (!entry?.isDirectory()) return [path];
  const names = (await readdir(path)).filter(name => name.endsWith('.txt'));
  // Nothing to hold the export against would look as if everything held.
  if (names.length === 0)
    throw new SecureCallError(
      'export_unreadable',
      'A folder holds no checkpoints; name the one of the tenant.',
    );
  return names.map(name => join(path, name));
}
