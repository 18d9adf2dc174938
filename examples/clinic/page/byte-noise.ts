/** Fewer bytes than this look uneven by chance alone. */
const ENOUGH_BYTES = 32 * 1024;
const SAMPLE_RATE_HZ = 8000;
/** A file's bytes as samples are as loud as can be. */
const QUIET = 0.06;
export const HEARD_SECONDS = 2;

/**
 * Bits of each byte that the frequencies of the byte values leave open: 8 where all are equally common (Shannon).
 * @returns undefined where there are too few bytes to tell
 */
export function unforeseenBits(bytes: Uint8Array): number | undefined {
  if (bytes.length < ENOUGH_BYTES) return undefined;
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  return counts.reduce((bits, count) => {
    const share = count / bytes.length;
    return count === 0 ? bits : bits - share * Math.log2(share);
  }, 0);
}

/** Bytes as 8-bit samples, from -1 to 1. */
export const asSamples = (bytes: Uint8Array): Float32Array<ArrayBuffer> =>
  Float32Array.from(bytes, byte => (byte - 128) / 128);

/** Plays the beginning of a file as if its bytes were samples. @returns when it is over */
export async function playBytes(bytes: Uint8Array): Promise<void> {
  const context = new AudioContext();
  const samples = asSamples(bytes.subarray(0, HEARD_SECONDS * SAMPLE_RATE_HZ));
  const buffer = context.createBuffer(1, samples.length, SAMPLE_RATE_HZ);
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(new GainNode(context, { gain: QUIET })).connect(context.destination);
  const over = new Promise(resolve => source.addEventListener('ended', resolve));
  source.start();
  await over;
  await context.close();
}
