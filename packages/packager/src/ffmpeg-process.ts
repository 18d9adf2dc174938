import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { FileHandle } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import { SecureCallError } from '@secure-call/protocol';

/** A recording that a program is to read. */
export interface ToolInput {
  readonly file: FileHandle;
  readonly path: string;
  /** The one demuxer that may touch it. */
  readonly demuxer: string;
  /** Options of that demuxer. */
  readonly demuxerOptions: readonly string[];
  readonly signal: AbortSignal | undefined;
}

export interface ToolRun {
  /** What the program writes. Ending the iteration early ends the program. */
  readonly output: AsyncGenerator<Buffer, void, undefined>;
  /** Whether it reported damaged sound so far, which is not fatal to it. */
  readonly hasFoundDamage: () => boolean;
}

const MEMORY_KILOBYTES = 1024 * 1024;
const CPU_SECONDS = 1800;
/** Longest wait for a next byte. */
const IDLE_MILLISECONDS = 60_000;
const MAX_COMPLAINT_CHARACTERS = 4096;

/** Words of ffmpeg 4 to 8. */
const DAMAGE = /error while decoding|error submitting packet|corrupt|invalid data/i;

/**
 * Decoders that may run: those of speech, of ordinary audio files, and PCM; those of cover pictures because ffprobe
 * gives up on a file when it cannot open one of its streams.
 */
const CODECS = [
  'aac,aac_latm,ac3,alac,flac,mp1,mp1float,mp2,mp2float,mp3,mp3float,opus,libopus,vorbis,libvorbis,speex,libspeex',
  'wmav1,wmav2,wmapro,wmavoice,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,gsm,gsm_ms,libgsm,libgsm_ms',
  'g723_1,g729,truespeech,qcelp,evrc,ilbc,libilbc,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,adpcm_yamaha',
  'adpcm_g722,g722,adpcm_g726,g726,adpcm_g726le,g726le,pcm_u8,pcm_s8,pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be',
  'pcm_s32le,pcm_s32be,pcm_f32le,pcm_f32be,pcm_f64le,pcm_f64be,pcm_alaw,pcm_mulaw,png,mjpeg',
].join(',');

/**
 * Runs ffmpeg or ffprobe on a recording. It reads that one file and writes to pipes only: no other protocol, demuxer or
 * decoder is open to it, and no file may be written. What it says is never passed on, for it can quote tags and names.
 * @throws {SecureCallError} from `output`: `recording_unreadable`, `recording_unsupported`, `aborted`
 */
export function runTool(tool: string, input: ToolInput, outputOptions: readonly string[]): ToolRun {
  const complaint = { text: '' };
  return {
    output: readOutput(tool, input, outputOptions, complaint),
    hasFoundDamage: () => DAMAGE.test(complaint.text),
  };
}

async function* readOutput(
  tool: string,
  input: ToolInput,
  outputOptions: readonly string[],
  complaint: { text: string },
): AsyncGenerator<Buffer, void, undefined> {
  const child = start(tool, [...inputOptions(input), ...outputOptions], input);
  const ended = endOf(child);
  ended.catch(() => undefined);
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (complaint.text.length < MAX_COMPLAINT_CHARACTERS) complaint.text += text;
  });
  try {
    yield* withIdleLimit(child, ended);
    const [exitCode, killedBy] = await ended;
    if (killedBy) throw exceeded();
    if (exitCode !== 0) throw failure(complaint.text);
  } catch (cause) {
    if (input.signal?.aborted)
      throw new SecureCallError('aborted', 'Packaging was stopped. Nothing was left behind.');
    if (cause instanceof SecureCallError) throw cause;
    throw new SecureCallError('recording_unreadable', 'ffmpeg cannot be run.', { cause });
  } finally {
    child.kill('SIGKILL');
  }
}

type Child = ChildProcessByStdio<null, Readable, Readable>;
type Ending = readonly [exitCode: number | null, killedBy: NodeJS.Signals | null];

function endOf(child: Child): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.once('close', (exitCode, killedBy) => {
      resolve([exitCode, killedBy]);
    });
    child.once('error', reject);
  });
}

async function* withIdleLimit(child: Child, ended: Promise<Ending>): AsyncGenerator<Buffer, void, undefined> {
  const wait = (): NodeJS.Timeout => setTimeout(() => child.kill('SIGKILL'), IDLE_MILLISECONDS);
  let timer = wait();
  try {
    for await (const chunk of child.stdout) {
      clearTimeout(timer);
      yield chunk as Buffer;
      timer = wait();
    }
    await ended;
  } finally {
    clearTimeout(timer);
  }
}

function inputOptions({ path, demuxer, demuxerOptions }: ToolInput): string[] {
  // Linux opens /dev/fd anew: the file is the one that was checked, and its name is in no list of processes.
  const file = process.platform === 'linux' ? '/dev/fd/3' : resolve(path);
  const limits = [
    '-protocol_whitelist',
    'file,pipe',
    '-format_whitelist',
    demuxer,
    '-codec_whitelist',
    CODECS,
  ];
  return ['-v', 'error', ...limits, '-f', demuxer, ...demuxerOptions, '-i', `file:${file}`];
}

function start(tool: string, args: readonly string[], { file, signal }: ToolInput): Child {
  const [command, commandArgs] = process.platform === 'win32' ? [tool, args] : limited(tool, args);
  return spawn(command, commandArgs, {
    stdio: ['ignore', 'pipe', 'pipe', file.fd],
    env: bareEnvironment(),
    windowsHide: true,
    killSignal: 'SIGKILL',
    ...(signal ? { signal } : {}),
  }) as Child;
}

/** No core, no file, bounded memory (where the system bounds it) and time; then the program in place of the shell. */
function limited(tool: string, args: readonly string[]): [string, readonly string[]] {
  const script = `ulimit -c 0; ulimit -f 0; ulimit -t ${CPU_SECONDS}; ulimit -v ${MEMORY_KILOBYTES} 2>/dev/null; exec "$0" "$@"`;
  return ['/bin/sh', ['-c', script, tool, ...args]];
}

/** Without FFREPORT, which would have a log with the file's name written, and without anybody's secrets. */
function bareEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot'];
  return Object.fromEntries(names.map(name => [name, process.env[name]]));
}

const exceeded = (): SecureCallError =>
  new SecureCallError(
    'recording_unreadable',
    'Decoding was ended: it took more than a recording should take.',
  );

function failure(complaint: string): SecureCallError {
  if (/not on whitelist|Unknown decoder|Decoder .*not found|no decoder/i.test(complaint))
    return new SecureCallError(
      'recording_unsupported',
      'The recording is coded in a way that the installed ffmpeg cannot read.',
    );
  return new SecureCallError('recording_unreadable', 'The recording is damaged: ffmpeg cannot read it.');
}
