import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';

/** All that a stream gives. */
async function drained(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function ended(child: ChildProcess, name: string): Promise<void> {
  const words: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => words.push(chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${name} ended with ${code}: ${Buffer.concat(words).toString().trim()}`);
}

/** The floats in a buffer that need not be aligned. */
export function floatsOf(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const whole = bytes.length - (bytes.length % Float32Array.BYTES_PER_ELEMENT);
  return new Float32Array(Uint8Array.from(bytes.subarray(0, whole)).buffer);
}

/**
 * Sends samples through commands, one after the other, by pipes.
 * @param commands each a program and its arguments; the first reads and the last writes 32-bit little-endian floats
 * @throws Error with what the program wrote when one is missing or fails
 */
export async function processSound(
  samples: Float32Array<ArrayBuffer>,
  commands: readonly (readonly string[])[],
): Promise<Float32Array<ArrayBuffer>> {
  const children = commands.map(([program = '', ...args]) => spawn(program, args, { stdio: 'pipe' }));
  children.forEach((child, index) => {
    // Who stops reading early is not in the way: its exit code tells.
    child.stdin.on('error', () => undefined);
    const next = children[index + 1];
    if (next) child.stdout.pipe(next.stdin);
  });
  const [first, last] = [children[0], children.at(-1)];
  if (!first || !last) return samples;
  first.stdin.end(Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength));
  const ends = children.map((child, index) => ended(child, commands[index]?.[0] ?? ''));
  const [bytes] = await Promise.all([drained(last.stdout), ...ends]);
  return floatsOf(bytes);
}
