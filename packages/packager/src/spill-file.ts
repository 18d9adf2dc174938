import type { FileHandle } from 'node:fs/promises';
import { type Bytes, openSegment, sealSegment } from '@secure-call/protocol';
import { readBytes } from './file-bytes.ts';
import { type PackageFolder, writeAll } from './package-folder.ts';

const SPILL_NAME = 'spill.tmp';

/**
 * Holds the segments of the first pass, whose final size and number are known only at its end. They lie on the disk
 * under a key that exists in memory only: a process that is killed leaves nothing that can be opened.
 */
export class SpillFile {
  readonly #folder: PackageFolder;
  readonly #file: FileHandle;
  readonly #key: CryptoKey;
  readonly #ranges: { readonly start: number; readonly bytes: number }[] = [];
  #end = 0;

  private constructor(folder: PackageFolder, file: FileHandle, key: CryptoKey) {
    this.#folder = folder;
    this.#file = file;
    this.#key = key;
  }

  static async create(folder: PackageFolder): Promise<SpillFile> {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ]);
    return new SpillFile(folder, await folder.createFile(SPILL_NAME), key);
  }

  async append(plaintext: Bytes): Promise<void> {
    const sealed = await sealSegment(this.#key, plaintext);
    await writeAll(this.#file, sealed, this.#end);
    this.#ranges.push({ start: this.#end, bytes: sealed.length });
    this.#end += sealed.length;
  }

  /** What was appended, in order. */
  async *read(): AsyncGenerator<Bytes, void, undefined> {
    for (const { start, bytes } of this.#ranges)
      yield await openSegment(this.#key, await readBytes(this.#file, start, bytes));
  }

  async remove(): Promise<void> {
    await this.#file.close();
    await this.#folder.removeFile(SPILL_NAME);
  }

  /** Gives the file back to the system; the folder that holds it is discarded. */
  close(): Promise<void> {
    return this.#file.close();
  }
}
