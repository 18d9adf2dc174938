import { readFile, writeFile } from 'node:fs/promises';
import { COMPACT_JWS, SecureCallError } from '@secure-call/protocol';

/**
 * Keeps a registration for later; it holds the sealed call key, so only its owner may read it.
 * @throws {SecureCallError} `configuration_invalid` when the file exists or cannot be written
 */
export async function createRegistrationFile(path: string, registration: string): Promise<void> {
  try {
    await writeFile(path, registration, { flag: 'wx', mode: 0o600 });
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const why = exists ? 'exists already' : 'cannot be written';
    throw new SecureCallError('configuration_invalid', `The file for the registration ${why}.`, { cause });
  }
}

/** @throws {SecureCallError} `configuration_invalid` when it cannot be read or is something else */
export async function readRegistrationFile(path: string): Promise<string> {
  const text = (await readText(path)).trim();
  if (COMPACT_JWS.test(text)) return text;
  throw new SecureCallError('configuration_invalid', 'This is not a registration.');
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new SecureCallError('configuration_invalid', 'A file with a registration cannot be read.', {
      cause,
    });
  }
}
