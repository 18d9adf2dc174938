import type { FileHandle } from 'node:fs/promises';
import { SecureCallError } from '@secure-call/protocol';
import { readBytes } from './file-bytes.ts';

const HEADER_BYTES = 27;
const MAX_HEADER_BYTES = HEADER_BYTES + 255;
const FIRST_PAGE_FLAG = 0x02;

/**
 * Walks over all pages of an Ogg file (RFC 3533 section 6), which demuxers do not: they skip what is missing.
 * @returns how many logical streams it holds, side by side or one after the other
 * @throws {SecureCallError} `recording_truncated` when a page is missing or ends behind the end of the file,
 *   `recording_unreadable` when something else stands between pages
 */
export async function countOggStreams(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const nextSequence = new Map<number, number>();
  let streams = 0;
  for (let position = 0; position < size;) {
    const page = parsePage(Buffer.from(await readBytes(file, position, MAX_HEADER_BYTES)));
    if (page.isFirst) streams += 1;
    const expected = page.isFirst ? page.sequence : nextSequence.get(page.serial);
    if (page.sequence !== expected) throw cut('a part in the middle is missing');
    nextSequence.set(page.serial, (page.sequence + 1) >>> 0);
    position += page.bytes;
    if (position > size) throw cut('its last part is not complete');
  }
  return streams;
}

interface OggPage {
  readonly serial: number;
  readonly sequence: number;
  readonly isFirst: boolean;
  /** Header and content. */
  readonly bytes: number;
}

function parsePage(header: Buffer): OggPage {
  if (header.length < HEADER_BYTES) throw cut('its last part is not complete');
  if (header.toString('latin1', 0, 4) !== 'OggS')
    throw new SecureCallError('recording_unreadable', 'The Ogg file is damaged and cannot be read.');
  const segments = header[26] ?? 0;
  const lacing = header.subarray(HEADER_BYTES, HEADER_BYTES + segments);
  return {
    serial: header.readUInt32LE(14),
    sequence: header.readUInt32LE(18),
    isFirst: ((header[5] ?? 0) & FIRST_PAGE_FLAG) !== 0,
    bytes: lacing.reduce((sum, bytes) => sum + bytes, HEADER_BYTES + segments),
  };
}

const cut = (why: string): SecureCallError =>
  new SecureCallError('recording_truncated', `The recording is cut off: ${why}.`);
