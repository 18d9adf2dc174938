const BLOCK = 512;

/** A file in an archive. */
export interface TarFile {
  /** At most 100 characters, ASCII. */
  readonly path: string;
  readonly bytes: ArrayBuffer;
}

/** Puts files into one archive (POSIX.1-1988, ustar), without owners or times. */
export function tar(files: readonly TarFile[]): Blob {
  const parts = files.flatMap(({ path, bytes }) => [
    header(path, bytes.byteLength),
    bytes,
    new Uint8Array((BLOCK - (bytes.byteLength % BLOCK)) % BLOCK),
  ]);
  return new Blob([...parts, new Uint8Array(2 * BLOCK)], { type: 'application/x-tar' });
}

function header(path: string, length: number): Uint8Array<ArrayBuffer> {
  const block = new Uint8Array(BLOCK);
  const write = (at: number, text: string): void => block.set(new TextEncoder().encode(text), at);
  const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
  write(0, path);
  write(100, octal(0o644, 7));
  write(108, octal(0, 7));
  write(116, octal(0, 7));
  write(124, octal(length, 11));
  write(136, octal(0, 11));
  // The sum is taken with spaces in its own place.
  write(148, '        ');
  write(156, '0');
  write(257, 'ustar');
  write(263, '00');
  write(
    148,
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
  );
  return block;
}
