import type { PcmBlock } from './recording.ts';

const SAMPLE_BYTES = 4;

/** Cuts a stream of interleaved 32-bit floats, little-endian, into blocks of planes. What is no whole frame is dropped. */
export async function* pcmBlocks(
  bytes: AsyncIterable<Buffer>,
  channels: number,
): AsyncGenerator<PcmBlock, void, undefined> {
  const frameBytes = channels * SAMPLE_BYTES;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of bytes) {
    const whole = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const frames = Math.floor(whole.length / frameBytes);
    rest = whole.subarray(frames * frameBytes);
    if (frames > 0) yield planes(whole, frames, channels);
  }
}

function planes(interleaved: Buffer, frames: number, channels: number): PcmBlock {
  const view = new DataView(interleaved.buffer, interleaved.byteOffset, interleaved.byteLength);
  return Array.from({ length: channels }, (_, channel) => {
    const plane = new Float32Array(frames);
    for (let frame = 0; frame < frames; frame += 1)
      plane[frame] = view.getFloat32((frame * channels + channel) * SAMPLE_BYTES, true);
    return plane;
  });
}
