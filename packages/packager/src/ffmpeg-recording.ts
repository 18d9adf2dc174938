import { SecureCallError } from '@secure-call/protocol';
import { probeSound, type ProbedSound } from './ffmpeg-probe.ts';
import { runTool, type ToolInput, type ToolRun } from './ffmpeg-process.ts';
import type { FfmpegTools } from './ffmpeg-tools.ts';
import { checkDecoded } from './media-input.ts';
import { pcmBlocks } from './pcm-blocks.ts';
import { checkFormat } from './recording-limits.ts';
import type { PcmBlock, Recording } from './recording.ts';

/** How a recording's true length is told. */
export interface LengthPromise {
  /** Seconds that the file promises, where something better than the container's header says so. */
  readonly promisedSeconds?: number | undefined;
  /** Formats without an index: what ffmpeg tells of their length is a guess from the bit rate. */
  readonly isHeaderGuess: boolean;
  /** Codecs that neither pad nor prime: every sample must come. */
  readonly isExact: boolean;
}

/** Encoders prime and pad: decoded sound may be this much shorter than the sum of its packets. */
const PADDING_SECONDS = 0.5;
const ROUNDING_SECONDS = 0.002;
/** What a last block that is not whole may add to the packets, once ffmpeg reports damage. */
const BROKEN_BLOCK_SECONDS = 0.1;
const MAX_SECONDS = 24 * 3600;

/**
 * Opens a recording with ffmpeg. It is decoded once to count its samples, and compared with what the container says:
 * ffmpeg drops what it cannot decode and still reports success.
 * @throws {SecureCallError} `recording_unreadable`, `recording_truncated`, `recording_unsupported`, `aborted`
 */
export async function openFfmpegRecording(
  tools: FfmpegTools,
  input: ToolInput,
  length: LengthPromise,
): Promise<Recording> {
  const sound = await probeSound(tools.ffprobe, input);
  checkFormat(sound);
  checkFile(sound, length);
  const { sampleRateHz, channels, tags } = sound;
  const counting = decode(tools, input);
  const durationSamples = await countSamples(counting, sound);
  const missingSeconds = sound.packetSeconds - durationSamples / sampleRateHz;
  if (missingSeconds > toleratedSeconds(length, counting)) throw dropped(sound.packetSeconds, missingSeconds);
  return {
    sampleRateHz,
    channels,
    durationSamples,
    tags,
    pcm: () => decodeCounted(decode(tools, input), channels, durationSamples),
    close: () => input.file.close(),
  };
}

/** Interleaved 32-bit floats at the recording's own rate. */
function decode({ ffmpeg }: FfmpegTools, input: ToolInput): ToolRun {
  const sound = ['-map', '0:a:0', '-vn', '-sn', '-dn', '-map_metadata', '-1', '-threads', '1'];
  return runTool(ffmpeg, input, ['-nostdin', ...sound, '-c:a', 'pcm_f32le', '-f', 'f32le', 'pipe:1']);
}

async function countSamples(
  { output }: ToolRun,
  { channels, sampleRateHz }: Pick<ProbedSound, 'channels' | 'sampleRateHz'>,
): Promise<number> {
  let bytes = 0;
  for await (const chunk of output) {
    bytes += chunk.length;
    if (bytes > MAX_SECONDS * sampleRateHz * channels * 4)
      throw new SecureCallError('recording_unsupported', 'The recording is longer than a day.');
  }
  return Math.floor(bytes / (channels * 4));
}

/** Whether the file holds the packets that its header promises. */
function checkFile({ headerSeconds, packetSeconds }: ProbedSound, length: LengthPromise): void {
  const promised = length.promisedSeconds ?? (length.isHeaderGuess ? undefined : headerSeconds);
  const tolerated = length.isExact ? ROUNDING_SECONDS : PADDING_SECONDS;
  if (promised === undefined || promised - packetSeconds <= tolerated) return;
  throw new SecureCallError(
    'recording_truncated',
    `The recording is cut off: its header promises ${promised.toFixed(1)} s of sound, the file holds ${packetSeconds.toFixed(1)} s.`,
  );
}

function toleratedSeconds({ isExact }: LengthPromise, { hasFoundDamage }: ToolRun): number {
  if (isExact) return ROUNDING_SECONDS;
  return hasFoundDamage() ? BROKEN_BLOCK_SECONDS : PADDING_SECONDS;
}

const dropped = (packetSeconds: number, missingSeconds: number): SecureCallError =>
  new SecureCallError(
    'recording_truncated',
    `The recording holds ${packetSeconds.toFixed(2)} s of sound, but the installed ffmpeg cannot decode ${missingSeconds.toFixed(2)} s of it. Parts are damaged, or a newer ffmpeg is needed.`,
  );

async function* decodeCounted(
  { output }: ToolRun,
  channels: number,
  durationSamples: number,
): AsyncGenerator<PcmBlock, void, undefined> {
  let count = 0;
  for await (const block of pcmBlocks(output, channels)) {
    count += block[0]?.length ?? 0;
    yield block;
  }
  checkDecoded(count, durationSamples);
}
