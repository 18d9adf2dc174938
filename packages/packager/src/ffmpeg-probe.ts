import * as v from 'valibot';
import { SecureCallError } from '@secure-call/protocol';
import { runTool, type ToolInput } from './ffmpeg-process.ts';

/** What a container says of the sound in it. */
export interface ProbedSound {
  readonly sampleRateHz: number;
  readonly channels: number;
  /** Length by the container's header or index; for formats without one ffmpeg's estimate. */
  readonly headerSeconds: number | undefined;
  /** Sum over the packets that the file really holds. */
  readonly packetSeconds: number;
  readonly tags: Readonly<Record<string, string>>;
}

const MAX_REPORT_BYTES = 1024 * 1024;

const numeric = v.pipe(v.string(), v.transform(Number), v.finite());
const tags = v.exactOptional(v.record(v.string(), v.string()), {});
const reportSchema = v.object({
  streams: v.array(
    v.object({
      codec_name: v.exactOptional(v.string()),
      sample_rate: v.exactOptional(numeric),
      channels: v.exactOptional(v.number()),
      duration: v.exactOptional(numeric),
      tags,
    }),
  ),
  format: v.object({ duration: v.exactOptional(numeric), tags }),
});

/**
 * Reads the header, and then the length of every packet: what a decoder gives is measured against both.
 * @throws {SecureCallError} `recording_unreadable`, `recording_unsupported`, `aborted`
 */
export async function probeSound(ffprobe: string, input: ToolInput): Promise<ProbedSound> {
  const { streams, format } = await readReport(ffprobe, input);
  const [stream, ...others] = streams;
  if (!stream) throw unreadable('The file holds no sound.');
  if (others.length > 0)
    throw unsupported(
      `The file holds ${streams.length} sound tracks. Mix them into one or two channels first.`,
    );
  const { codec_name: codec, sample_rate: sampleRateHz, channels } = stream;
  if (codec === undefined || codec === 'unknown' || !sampleRateHz || !channels)
    throw unsupported('The recording is coded in a way that the installed ffmpeg does not know.');
  return {
    sampleRateHz,
    channels,
    headerSeconds: stream.duration ?? format.duration,
    packetSeconds: await sumPackets(ffprobe, input),
    tags: { ...format.tags, ...stream.tags },
  };
}

async function readReport(ffprobe: string, input: ToolInput): Promise<v.InferOutput<typeof reportSchema>> {
  const entries = 'stream=codec_name,sample_rate,channels,duration:stream_tags:format=duration:format_tags';
  const { output } = runTool(ffprobe, input, [
    '-select_streams',
    'a',
    '-show_entries',
    entries,
    '-of',
    'json',
  ]);
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of output) {
    bytes += chunk.length;
    if (bytes > MAX_REPORT_BYTES) throw unreadable('The tags of the recording are too large.');
    chunks.push(chunk);
  }
  const parsed = v.safeParse(
    v.pipe(v.string(), v.parseJson(), reportSchema),
    Buffer.concat(chunks).toString(),
  );
  if (!parsed.success) throw unreadable('The header of the recording is damaged.');
  return parsed.output;
}

async function sumPackets(ffprobe: string, input: ToolInput): Promise<number> {
  const options = ['-select_streams', 'a:0', '-show_entries', 'packet=duration_time', '-of', 'csv=p=0'];
  let seconds = 0;
  let rest = '';
  for await (const chunk of runTool(ffprobe, input, options).output) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop() ?? '';
    // Packets whose length the container does not give stand as N/A.
    for (const line of lines) seconds += Number.parseFloat(line) || 0;
  }
  return seconds;
}

const unreadable = (message: string): SecureCallError => new SecureCallError('recording_unreadable', message);
const unsupported = (message: string): SecureCallError =>
  new SecureCallError('recording_unsupported', message);
