import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openRecording } from '@secure-call/packager';
import { SecureCallError } from '@secure-call/protocol';
import type { DecodedRecording } from '@secure-call/server';

/** Decoded sound that is held at a time, 512 MB: more than two hours of a telephone call, 45 minutes of one channel at 48 kHz. */
const MAX_SAMPLES = 512 * 2 ** 18;

/**
 * All of a recording's sound, in any format that the packager reads.
 * @throws {SecureCallError} as `openRecording`; `recording_unsupported` when it is too long
 */
export async function decodeFile(path: string, signal: AbortSignal): Promise<DecodedRecording> {
  const recording = await openRecording(path, { signal });
  try {
    const { sampleRateHz, durationSamples } = recording;
    if (durationSamples * recording.channels > MAX_SAMPLES)
      throw new SecureCallError(
        'recording_unsupported',
        'The recording is too long to be searched at once. Cut it into parts, or convert it to 8000 samples per second.',
      );
    const channels = Array.from({ length: recording.channels }, () => new Float32Array(durationSamples));
    let at = 0;
    for await (const block of recording.pcm()) {
      channels.forEach((channel, number) => channel.set(block[number] ?? [], at));
      at += block[0]?.length ?? 0;
    }
    return { channels, sampleRateHz };
  } finally {
    await recording.close();
  }
}

/** The same of a file's bytes. They get a file that has no name where the system allows it: whatever happens, none is left. */
export async function decodeBytes(
  bytes: Uint8Array,
  signal: AbortSignal = new AbortController().signal,
): Promise<DecodedRecording> {
  const folder = await mkdtemp(join(tmpdir(), 'secure-call-trace-'));
  const path = join(folder, 'sound');
  const file = await open(path, 'wx+', 0o600);
  try {
    const nameless = process.platform === 'linux';
    if (nameless) await rm(folder, { recursive: true });
    await file.writeFile(bytes);
    return await decodeFile(nameless ? `/dev/fd/${file.fd}` : path, signal);
  } finally {
    await file.close();
    await rm(folder, { recursive: true, force: true });
  }
}
