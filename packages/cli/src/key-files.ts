import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type KeyKind, type KeyPair, readKey, SecureCallError } from '@secure-call/protocol';

type Jwk = KeyPair['privateJwk'];

/**
 * Reads a key from a JWK file.
 * @throws {SecureCallError} `key_invalid`, naming the kind of key, never the file
 */
export async function readKeyFile(path: string, kind: KeyKind, part: 'public' | 'private'): Promise<Jwk> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new SecureCallError('key_invalid', `The file of the ${kind} key cannot be read.`, { cause });
  }
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw new SecureCallError('key_invalid', `The file of the ${kind} key is not a JWK.`);
  }
  const jwk = readKey(data, kind, part);
  if (part === 'public') refusePrivateHalf(data);
  return jwk;
}

/** Where the public half will do, the private one should not even lie on the machine. */
function refusePrivateHalf(data: unknown): void {
  if (typeof data === 'object' && data !== null && 'd' in data)
    throw new SecureCallError('key_invalid', 'This is the private half; only its NAME.pub is needed here.');
}

/**
 * Writes `path` (private, readable by its owner only) and `path.pub`. A folder that is missing is made, for its owner
 * only.
 * @throws {SecureCallError} `configuration_invalid` when either exists; neither is then touched
 */
export async function writeKeyFiles(path: string, { privateJwk, publicJwk }: KeyPair): Promise<void> {
  const publicPath = `${path}.pub`;
  await createFolder(dirname(path));
  await createFile(publicPath, publicJwk, 0o644);
  try {
    await createFile(path, privateJwk, 0o600);
  } catch (error) {
    await rm(publicPath);
    throw error;
  }
}

/**
 * Writes a public key whose private half is not here.
 * @throws {SecureCallError} `configuration_invalid` when the file exists
 */
export async function writePublicKeyFile(path: string, publicJwk: Jwk): Promise<void> {
  await createFolder(dirname(path));
  await createFile(path, publicJwk, 0o644);
}

async function createFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new SecureCallError('configuration_invalid', 'The folder of the key file cannot be made.', {
      cause,
    });
  }
}

async function createFile(path: string, jwk: Jwk, mode: number): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(jwk, null, 2)}\n`, { flag: 'wx', mode });
  } catch (cause) {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    const why = exists ? 'exists; keys are never written over' : 'cannot be written';
    throw new SecureCallError('configuration_invalid', `The key file ${why}.`, { cause });
  }
}
