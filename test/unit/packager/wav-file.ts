/** WAV files as recorders write them, made in memory. */

export type WavCodec = 'u8' | 's16' | 's24' | 's32' | 'f32' | 'f64' | 'alaw' | 'mulaw';

export interface WavOptions {
  readonly codec?: WavCodec;
  readonly sampleRateHz?: number;
  /** One array per channel, full scale 1. */
  readonly channels: readonly Float32Array[];
  readonly extensible?: boolean;
  /** What the header says of RIFF and data sizes; the truth when left out. */
  readonly riffSize?: number;
  readonly dataSize?: number;
  /** Chunks before the sound, complete with header. */
  readonly before?: Buffer;
  /** Bytes behind the sound. */
  readonly after?: Buffer;
}

const TAG: Record<WavCodec, number> = { u8: 1, s16: 1, s24: 1, s32: 1, f32: 3, f64: 3, alaw: 6, mulaw: 7 };
const BYTES: Record<WavCodec, number> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8, alaw: 1, mulaw: 1 };

export function wavFile(options: WavOptions): Buffer {
  const { codec = 's16', sampleRateHz = 8000, channels } = options;
  const data = interleave(codec, channels);
  const fmt = options.extensible
    ? chunk(
        'fmt ',
        Buffer.concat([basicFormat(0xfffe, codec, sampleRateHz, channels.length), extension(codec)]),
      )
    : chunk('fmt ', basicFormat(TAG[codec], codec, sampleRateHz, channels.length));
  const dataChunk = chunk('data', data);
  if (options.dataSize !== undefined) dataChunk.writeUInt32LE(options.dataSize, 4);
  const body = Buffer.concat([
    Buffer.from('WAVE'),
    fmt,
    options.before ?? Buffer.alloc(0),
    dataChunk,
    options.after ?? Buffer.alloc(0),
  ]);
  const riff = Buffer.alloc(8);
  riff.write('RIFF');
  riff.writeUInt32LE(options.riffSize ?? body.length, 4);
  return Buffer.concat([riff, body]);
}

export function chunk(id: string, content: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.write(id, 'latin1');
  header.writeUInt32LE(content.length, 4);
  return Buffer.concat([header, content, Buffer.alloc(content.length & 1)]);
}

/** Two tones that differ from each other, so that channels cannot be mixed up unnoticed. */
export function tone(seconds: number, hertz: number, sampleRateHz = 8000, level = 0.4): Float32Array {
  return Float32Array.from(
    { length: Math.round(seconds * sampleRateHz) },
    (_, index) => level * Math.sin((2 * Math.PI * hertz * index) / sampleRateHz),
  );
}

function basicFormat(tag: number, codec: WavCodec, sampleRateHz: number, channels: number): Buffer {
  const format = Buffer.alloc(16);
  const frameBytes = channels * BYTES[codec];
  format.writeUInt16LE(tag, 0);
  format.writeUInt16LE(channels, 2);
  format.writeUInt32LE(sampleRateHz, 4);
  format.writeUInt32LE(sampleRateHz * frameBytes, 8);
  format.writeUInt16LE(frameBytes, 12);
  format.writeUInt16LE(BYTES[codec] * 8, 14);
  return format;
}

function extension(codec: WavCodec): Buffer {
  const rest = Buffer.alloc(24);
  rest.writeUInt16LE(22, 0);
  rest.writeUInt16LE(BYTES[codec] * 8, 2);
  rest.writeUInt16LE(TAG[codec], 8);
  Buffer.from('000000001000800000aa00389b71', 'hex').copy(rest, 10);
  return rest;
}

function interleave(codec: WavCodec, channels: readonly Float32Array[]): Buffer {
  const frames = channels[0]?.length ?? 0;
  const bytes = BYTES[codec];
  const data = Buffer.alloc(frames * channels.length * bytes);
  for (let frame = 0; frame < frames; frame += 1)
    for (const [index, channel] of channels.entries())
      write(data, (frame * channels.length + index) * bytes, channel[frame] ?? 0, codec);
  return data;
}

function write(data: Buffer, offset: number, value: number, codec: WavCodec): void {
  if (codec === 'u8') data.writeUInt8(Math.round(value * 127) + 128, offset);
  else if (codec === 's16') data.writeInt16LE(Math.round(value * 32767), offset);
  else if (codec === 's24') data.writeIntLE(Math.round(value * 8388607), offset, 3);
  else if (codec === 's32') data.writeInt32LE(Math.round(value * 2147483647), offset);
  else if (codec === 'f32') data.writeFloatLE(value, offset);
  else if (codec === 'f64') data.writeDoubleLE(value, offset);
  else if (codec === 'mulaw') data.writeUInt8(muLaw(value), offset);
  else data.writeUInt8(aLaw(value), offset);
}

/** ITU-T G.711 mu-law of a value, by its 14-bit magnitude. */
function muLaw(value: number): number {
  const magnitude = Math.min(8158, Math.round(Math.abs(value) * 8159)) + 33;
  const exponent = Math.floor(Math.log2(magnitude)) - 5;
  const mantissa = (magnitude >> (exponent + 1)) & 0x0f;
  return ~((value < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

/** ITU-T G.711 A-law of a value, by its 13-bit magnitude. */
function aLaw(value: number): number {
  const magnitude = Math.min(4095, Math.floor(Math.abs(value) * 4096));
  const exponent = Math.max(0, Math.floor(Math.log2(Math.max(1, magnitude))) - 4);
  const mantissa = exponent === 0 ? (magnitude >> 1) & 0x0f : (magnitude >> exponent) & 0x0f;
  return ((value < 0 ? 0 : 0x80) | (exponent << 4) | mantissa) ^ 0x55;
}
