import { constants, type FileHandle, open } from 'node:fs/promises';
import { type Bytes, SecureCallError, type SecureCallErrorCode } from '@secure-call/protocol';

/** Reads up to `length` bytes from `position`; fewer only where the file ends. */
export async function readBytes(file: FileHandle, position: number, length: number): Promise<Bytes> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled);
    if (bytesRead === 0) return bytes.subarray(0, filled);
    filled += bytesRead;
  }
  return bytes;
}

/**
 * Opens a regular file; folders, devices and pipes are refused, so that nothing read here can block.
 * @param what - names the file in the error, in place of its path, which may hold a caller's number
 * @throws {SecureCallError} with `code`
 */
export async function openForReading(
  path: string,
  code: SecureCallErrorCode,
  what: string,
): Promise<FileHandle> {
  let file: FileHandle | undefined;
  try {
    // O_NONBLOCK: opening a pipe that nobody writes to would wait for ever.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    if ((await file.stat()).isFile()) return file;
  } catch (cause) {
    await file?.close();
    throw new SecureCallError(code, `${what} cannot be opened for reading.`, { cause });
  }
  await file.close();
  throw new SecureCallError(code, `${what} is not a regular file.`);
}
