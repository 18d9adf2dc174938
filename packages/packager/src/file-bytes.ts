import type { FileHandle } from 'node:fs/promises';
import type { Bytes } from '@secure-call/protocol';

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
