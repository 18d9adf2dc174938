import { randomFillSync } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type CallId,
  createPackageId,
  type PackageId,
  padmeBytes,
  SecureCallError,
} from '@secure-call/protocol';

/** Folders with this prefix are packages being written; what a killed process leaves of them is ciphertext. */
export const PARTIAL_PREFIX = '.partial-';

const PADDING_CHUNK_BYTES = 1024 * 1024;

/** A package while it is written: beside its place, so that it appears there complete or not at all. */
export class PackageFolder {
  readonly path: string;
  readonly #storage: string;

  private constructor(storage: string, path: string) {
    this.#storage = storage;
    this.path = path;
  }

  /** @throws {SecureCallError} `storage_failed` */
  static async create(storage: string): Promise<PackageFolder> {
    return writing(async () => {
      await mkdir(storage, { recursive: true });
      // Not mkdtemp: it closes the folder to the server that is to deliver the package.
      const path = join(storage, PARTIAL_PREFIX + createPackageId());
      await mkdir(path);
      return new PackageFolder(storage, path);
    });
  }

  /** Opens a new file for writing and reading; one that exists is never written over. */
  createFile(name: string): Promise<FileHandle> {
    return writing(() => open(join(this.path, name), 'wx+'));
  }

  /** Writes a small file whole, durably. */
  async writeFile(name: string, text: string): Promise<void> {
    const file = await this.createFile(name);
    await writing(async () => {
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
    });
  }

  removeFile(name: string): Promise<void> {
    return writing(() => rm(join(this.path, name)));
  }

  /**
   * Moves the complete package to `{storage}/{call}/{packageId}`, durably.
   * @returns the package's folder
   */
  async commit(call: CallId, packageId: PackageId): Promise<string> {
    const callFolder = join(this.#storage, call);
    const target = join(callFolder, packageId);
    await writing(async () => {
      await syncFolder(this.path);
      await mkdir(callFolder, { recursive: true });
      try {
        await rename(this.path, target);
      } catch (error) {
        await removeIfEmpty(callFolder);
        throw error;
      }
      await syncFolder(callFolder);
      await syncFolder(this.#storage);
    });
    return target;
  }

  /** Removes whatever was written. */
  discard(): Promise<void> {
    return rm(this.path, { recursive: true, force: true });
  }
}

/**
 * Removes a package, for instance when its registration was refused: without one it can never be opened.
 * @param folder - as `packRecording` returned it
 * @throws {SecureCallError} `storage_failed`
 */
export async function removePackage(folder: string): Promise<void> {
  await writing(() => rm(folder, { recursive: true }));
  await removeIfEmpty(dirname(folder));
}

/** Leaves a call's folder that holds other packages. */
const removeIfEmpty = (folder: string): Promise<void> => rmdir(folder).catch(() => undefined);

/** Ends an object: random bytes up to its Padmé size, which readers ignore, then the disk. */
export async function finishObject(file: FileHandle, usedBytes: number): Promise<void> {
  await writing(async () => {
    const endBytes = padmeBytes(usedBytes);
    for (let position = usedBytes; position < endBytes; position += PADDING_CHUNK_BYTES) {
      const padding = randomFillSync(Buffer.alloc(Math.min(PADDING_CHUNK_BYTES, endBytes - position)));
      await writeAll(file, padding, position);
    }
    await file.sync();
  });
}

/** @throws {SecureCallError} `storage_failed` */
export async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const result = await writing(() =>
      file.write(bytes, written, bytes.length - written, position + written),
    );
    written += result.bytesWritten;
  }
}

async function writing<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof SecureCallError) throw cause;
    throw new SecureCallError('storage_failed', `The storage folder cannot be written${reason(cause)}.`, {
      cause,
    });
  }
}

const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['ENOSPC', ': it is full'],
  ['EACCES', ': permission denied'],
  ['EROFS', ': it is read-only'],
  ['ENOTDIR', ': it is not a folder'],
  ['EEXIST', ': something else has its name'],
]);

const reason = (cause: unknown): string =>
  (cause instanceof Error && 'code' in cause ? REASONS.get(cause.code) : undefined) ?? '';

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
