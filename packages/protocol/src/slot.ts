import { type Bytes, concat, u32 } from './bytes.ts';
import { SecureCallError } from './errors.ts';
import { SEAL_OVERHEAD_BYTES } from './segment-cipher.ts';

const SLOT_UNIT_BYTES = 1024;
/** The smallest ISO BMFF box: room every plaintext keeps for its padding. */
const FREE_BOX_BYTES = 8;
/** Pieces of a data track are at most this long before compression, so opening one takes bounded memory. */
export const DATA_PIECE_BYTES: number = 1024 * 1024;

/** The stored length of every segment of a track: one constant, so sizes say nothing about speech. */
export function storedSegmentBytes(largestPlaintextBytes: number): number {
  const needed = largestPlaintextBytes + FREE_BOX_BYTES + SEAL_OVERHEAD_BYTES;
  return Math.ceil(needed / SLOT_UNIT_BYTES) * SLOT_UNIT_BYTES;
}

/** Pads an fMP4 segment with a `free` box (ISO/IEC 14496-12 section 8.1.2), which every player skips. */
export function padWithFreeBox(segment: Bytes, storedBytes: number): Bytes {
  const boxBytes = storedBytes - SEAL_OVERHEAD_BYTES - segment.length;
  if (boxBytes < FREE_BOX_BYTES) throw new RangeError('The segment does not fit its slot.');
  return concat(segment, u32(boxBytes), Uint8Array.of(0x66, 0x72, 0x65, 0x65), new Uint8Array(boxBytes - 8));
}

/** `u32 length ‖ deflate-raw data ‖ zeros`: one piece of a data track, padded to its slot. */
export async function packData(piece: Bytes, storedBytes: number): Promise<Bytes> {
  return padData(await deflateData(piece), storedBytes);
}

/** Compresses one piece; its size decides the slots' size before any is padded. */
export function deflateData(piece: Bytes): Promise<Bytes> {
  return pump(piece, new CompressionStream('deflate-raw'), Infinity);
}

/** Puts the length before compressed data and zeros behind it. */
export function padData(compressed: Bytes, storedBytes: number): Bytes {
  const zeros = storedBytes - SEAL_OVERHEAD_BYTES - 4 - compressed.length;
  if (zeros < 0) throw new RangeError('The data does not fit its slot.');
  return concat(u32(compressed.length), compressed, new Uint8Array(zeros));
}

/** @throws {SecureCallError} `integrity_failed` when the piece is malformed or larger than a piece may be */
export async function unpackData(plaintext: Bytes): Promise<Bytes> {
  const view = new DataView(plaintext.buffer, plaintext.byteOffset, plaintext.byteLength);
  const length = plaintext.length >= 4 ? view.getUint32(0) : Infinity;
  if (length > plaintext.length - 4) throw malformed();
  try {
    return await pump(
      plaintext.subarray(4, 4 + length),
      new DecompressionStream('deflate-raw'),
      DATA_PIECE_BYTES,
    );
  } catch {
    throw malformed();
  }
}

const malformed = (): SecureCallError =>
  new SecureCallError('integrity_failed', 'Part of this package is malformed.');

interface BytesTransform {
  readonly readable: ReadableStream;
  readonly writable: WritableStream;
}

async function pump(input: Bytes, transform: BytesTransform, limitBytes: number): Promise<Bytes> {
  const readable: ReadableStream<Bytes> = new Blob([input]).stream().pipeThrough(transform);
  const reader = readable.getReader();
  const parts: Bytes[] = [];
  let total = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    total += next.value.length;
    if (total > limitBytes) throw new RangeError('More data than allowed.');
    parts.push(next.value);
  }
  return concat(...parts);
}

/** Padmé (Nikitin et al., PETS 2019): the size an object of `bytes` is padded to, at most 12 % more. */
export function padmeBytes(bytes: number): number {
  if (bytes < 2) return bytes;
  const exponent = Math.floor(Math.log2(bytes));
  const mantissaBits = Math.floor(Math.log2(exponent)) + 1;
  const unit = 2 ** Math.max(0, exponent - mantissaBits);
  return Math.ceil(bytes / unit) * unit;
}
