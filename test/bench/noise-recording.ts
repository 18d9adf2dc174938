import { type FileHandle, open } from 'node:fs/promises';
import type { Recording } from '../support/deployment.ts';
import { SeededRandom } from '../redteam/seeded-random.ts';

const SAMPLE_RATE_HZ = 8000;
const ROLES = ['caller', 'nurse'];
const FRAME_BYTES = 2 * ROLES.length;
/** Out of 32767: loud, and far from clipping. */
const PEAK = 8000;

/**
 * Writes a telephone-rate WAV file of noise without a pause: the caller's and the nurse's by turns. So the
 * side that sounds tells where playback is, and no time is spent in waiting for somebody to speak.
 * @param path - of the file to make
 * @param seconds - whole seconds
 * @param turnSeconds - of each turn, whole seconds
 */
export async function writeNoise(path: string, seconds: number, turnSeconds: number): Promise<Recording> {
  const file = await open(path, 'w');
  try {
    await file.write(header(seconds));
    for (let from = 0; from < seconds; from += turnSeconds) {
      await repeat(file, noise((from / turnSeconds) % 2), Math.min(turnSeconds, seconds - from));
    }
  } finally {
    await file.close();
  }
  return { path, channels: ROLES };
}

async function repeat(file: FileHandle, second: Buffer, times: number): Promise<void> {
  for (let count = 0; count < times; count += 1) await file.write(second);
}

/** One second in which one side is heard. */
function noise(side: number): Buffer {
  const random = new SeededRandom(side + 1);
  const samples = Buffer.alloc(SAMPLE_RATE_HZ * FRAME_BYTES);
  for (let at = side * 2; at < samples.length; at += FRAME_BYTES) {
    samples.writeInt16LE(random.below(2 * PEAK) - PEAK, at);
  }
  return samples;
}

/** The 44 bytes of a PCM file's header: RIFF, fmt and data. */
function header(seconds: number): Buffer {
  const dataBytes = seconds * SAMPLE_RATE_HZ * FRAME_BYTES;
  const bytes = Buffer.alloc(44);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + dataBytes, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(ROLES.length, 22);
  bytes.writeUInt32LE(SAMPLE_RATE_HZ, 24);
  bytes.writeUInt32LE(SAMPLE_RATE_HZ * FRAME_BYTES, 28);
  bytes.writeUInt16LE(FRAME_BYTES, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(dataBytes, 40);
  return bytes;
}
