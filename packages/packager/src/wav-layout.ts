import type { FileHandle } from 'node:fs/promises';
import { SecureCallError } from '@secure-call/protocol';
import { readBytes } from './file-bytes.ts';
import { type WavFormat, parseWavFormat } from './wav-format.ts';

/** Where the sound of a WAV file truly lies, whatever its size fields say. */
export interface WavLayout {
  readonly format: WavFormat;
  /** Offset of the first sample in the file, in bytes. */
  readonly dataStart: number;
  /** Whole sample frames only. */
  readonly dataBytes: number;
  /** The header says of less sound than there is, for instance of none. */
  readonly isLongerThanDeclared: boolean;
  /** LIST and ID3 chunks, header included, as they stand in the file. */
  readonly tagChunks: readonly { readonly start: number; readonly bytes: number }[];
}

/** Recorders that write to a pipe put this or more into the size they cannot know yet. */
const UNKNOWN_SIZE_FROM = 0x7fff_0000;
const MAX_FORMAT_BYTES = 1024;
const MAX_TAG_BYTES = 1024 * 1024;
const MAX_CHUNKS = 1000;

/**
 * Finds format and sound. Sizes of 0, 0xFFFFFFFF and sizes left from the start of a recording are corrected from
 * the length of the file; a size that promises more sound than there is means a truncated recording.
 * @param checkCodec - throws when the codec is not wanted, before anything is measured
 * @throws {SecureCallError} `recording_unreadable`, `recording_empty`, `recording_truncated`, and what `checkCodec` throws
 */
export async function readWavLayout(
  file: FileHandle,
  checkCodec: (format: WavFormat) => void,
): Promise<WavLayout> {
  const fileBytes = (await file.stat()).size;
  const tagChunks: { start: number; bytes: number }[] = [];
  let format: WavFormat | undefined;
  let rf64DataBytes: number | undefined;
  let data: MeasuredData | undefined;

  let position = 12;
  for (let count = 0; count < MAX_CHUNKS; count += 1) {
    const header = await readChunkHeader(file, position, fileBytes);
    if (!header) break;
    const { id, bytes, start } = header;
    if (id === 'ds64') rf64DataBytes = await readDs64(file, start);
    else if (id === 'fmt ') {
      format = parseWavFormat(await readBytes(file, start, Math.min(bytes, MAX_FORMAT_BYTES)));
      checkCodec(format);
    } else if (isTagChunk(id) && bytes <= MAX_TAG_BYTES)
      tagChunks.push({ start: position, bytes: bytes + 8 });
    else if (id === 'data' && !data) {
      if (!format) throw unreadable('The WAV file does not say how its sound is coded.');
      data = await measureData(file, { format, start, declaredBytes: rf64DataBytes ?? bytes, fileBytes });
      position = start + data.bytes + (data.bytes & 1);
      continue;
    }
    position = start + bytes + (bytes & 1);
  }

  if (!format) throw unreadable('The WAV file does not say how its sound is coded.');
  if (!data) throw new SecureCallError('recording_empty', 'The WAV file holds a header but no sound.');
  return {
    format,
    dataStart: data.start,
    dataBytes: data.bytes - (data.bytes % format.frameBytes),
    isLongerThanDeclared: data.bytes > data.declaredBytes,
    tagChunks,
  };
}

const isTagChunk = (id: string): boolean => id === 'LIST' || id.toLowerCase() === 'id3 ';

const unreadable = (message: string): SecureCallError => new SecureCallError('recording_unreadable', message);

interface ChunkHeader {
  readonly id: string;
  readonly bytes: number;
  /** Offset of the content. */
  readonly start: number;
}

/** Undefined where no chunk header stands: end of file, or something else after the sound. */
async function readChunkHeader(
  file: FileHandle,
  position: number,
  fileBytes: number,
): Promise<ChunkHeader | undefined> {
  if (position + 8 > fileBytes) return undefined;
  const header = Buffer.from(await readBytes(file, position, 8));
  const id = header.toString('latin1', 0, 4);
  if (!/^[\x20-\x7e]{4}$/.test(id)) return undefined;
  return { id, bytes: header.readUInt32LE(4), start: position + 8 };
}

/** RF64 (EBU Tech 3306): the 64-bit size of the sound. */
async function readDs64(file: FileHandle, start: number): Promise<number | undefined> {
  const sizes = Buffer.from(await readBytes(file, start, 16));
  return sizes.length === 16 ? Number(sizes.readBigUInt64LE(8)) : undefined;
}

interface DataChunk {
  readonly format: WavFormat;
  readonly start: number;
  readonly declaredBytes: number;
  readonly fileBytes: number;
}

interface MeasuredData {
  readonly start: number;
  readonly bytes: number;
  readonly declaredBytes: number;
}

async function measureData(file: FileHandle, chunk: DataChunk): Promise<MeasuredData> {
  const { start, declaredBytes, fileBytes, format } = chunk;
  const presentBytes = Math.max(0, fileBytes - start);
  const halfSecondBytes = format.bytesPerSecond / 2;
  if (presentBytes === 0)
    throw new SecureCallError('recording_empty', 'The WAV file holds a header but no sound.');
  if (declaredBytes > presentBytes) {
    const isUnknown = declaredBytes >= UNKNOWN_SIZE_FROM;
    if (!isUnknown && declaredBytes - presentBytes > halfSecondBytes) throw truncated(chunk, presentBytes);
    return { start, bytes: presentBytes, declaredBytes };
  }
  const restBytes = presentBytes - declaredBytes;
  const next = await readChunkHeader(file, start + declaredBytes + (declaredBytes & 1), fileBytes);
  // A size of 0, or one left from an early flush, with sound behind it: losing the sound would be worse than noise.
  if (declaredBytes === 0 || (!next && restBytes > 2 * halfSecondBytes))
    return { start, bytes: presentBytes, declaredBytes };
  return { start, bytes: declaredBytes, declaredBytes };
}

function truncated({ declaredBytes, format }: DataChunk, presentBytes: number): SecureCallError {
  const seconds = (bytes: number) => (bytes / format.bytesPerSecond).toFixed(1);
  return new SecureCallError(
    'recording_truncated',
    `The recording is cut off: its header promises ${seconds(declaredBytes)} s of sound, the file holds ${seconds(presentBytes)} s.`,
  );
}
