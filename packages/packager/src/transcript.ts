import { readFile, stat } from 'node:fs/promises';
import { type Bytes, fromUtf8, SecureCallError, utf8 } from '@secure-call/protocol';

const MAX_TRANSCRIPT_BYTES = 16 * 1024 * 1024;
/** Speech recognition rounds: cues may start this much after the recording's end. */
const END_TOLERANCE_SECONDS = 1;

const TIMESTAMP = /(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})/.source;
const TIMINGS = new RegExp(`^${TIMESTAMP}[ \\t]+-->[ \\t]+${TIMESTAMP}(?:[ \\t].*)?$`);

/**
 * Reads a WebVTT file (W3C WebVTT section 4.1) for a recording of `durationSeconds`.
 * @returns its UTF-8 bytes with line feeds only
 * @throws {SecureCallError} `attachment_invalid`, naming the line, never the text; also when cues lie behind the end
 *   of the recording, for then the transcript is another call's
 */
export async function readTranscript(path: string, durationSeconds: number): Promise<Bytes> {
  const text = decode(await readAttachment(path))
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n');
  const lines = text.split('\n');
  if (!/^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? '')) throw invalid('does not begin with "WEBVTT"');
  const timings = lines.flatMap((line, index) => (line.includes('-->') ? [{ line, number: index + 1 }] : []));
  if (timings.length === 0) throw invalid('holds no cue');
  for (const { line, number } of timings) {
    const from = checkTimings(line, number);
    if (from > durationSeconds + END_TOLERANCE_SECONDS)
      throw invalid(
        `goes on behind the end of the recording (line ${number}); it may belong to another call`,
      );
  }
  return utf8(text);
}

async function readAttachment(path: string): Promise<Uint8Array> {
  try {
    if ((await stat(path)).size > MAX_TRANSCRIPT_BYTES) throw invalid('is larger than 16 MiB');
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof SecureCallError) throw cause;
    throw new SecureCallError('attachment_invalid', 'The transcript cannot be read.', { cause });
  }
}

function decode(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch {
    throw invalid('is not UTF-8');
  }
}

/** @returns when the cue starts, in seconds */
function checkTimings(line: string, number: number): number {
  const match = TIMINGS.exec(line);
  if (!match) throw invalid(`has a cue timing that cannot be read (line ${number})`);
  const [from, to] = [seconds(match.slice(1, 5)), seconds(match.slice(5, 9))];
  if (to <= from) throw invalid(`has a cue that ends before it starts (line ${number})`);
  return from;
}

const seconds = ([hours = '0', minutes, wholeSeconds, milliseconds]: (string | undefined)[]): number =>
  Number(hours) * 3600 + Number(minutes) * 60 + Number(wholeSeconds) + Number(milliseconds) / 1000;

const invalid = (why: string): SecureCallError =>
  new SecureCallError('attachment_invalid', `The transcript ${why}.`);
