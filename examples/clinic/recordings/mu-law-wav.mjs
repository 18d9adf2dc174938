import { SAMPLE_RATE_HZ } from './speech.mjs';

/** ITU-T G.711, mu-law: a sign bit, three bits of exponent, four of mantissa, all inverted. */
function encodeMuLaw(sample) {
  const magnitude = Math.min(32635, Math.round(Math.abs(sample) * 32768)) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  const mantissa = (magnitude >> (exponent + 3)) & 15;
  return ~((sample < 0 ? 128 : 0) | (exponent << 4) | mantissa) & 255;
}

function chunk(name, body) {
  const head = Buffer.alloc(8);
  head.write(name, 'ascii');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body, Buffer.alloc(body.length % 2)]);
}

/** A WAV file of format 7 (mu-law), which has an empty extension and a `fact` chunk. */
export function muLawWav(channels) {
  const [count, frames] = [channels.length, channels[0].length];
  const format = Buffer.alloc(18);
  [7, count].forEach((value, i) => format.writeUInt16LE(value, i * 2));
  [SAMPLE_RATE_HZ, SAMPLE_RATE_HZ * count].forEach((value, i) => format.writeUInt32LE(value, 4 + i * 4));
  [count, 8, 0].forEach((value, i) => format.writeUInt16LE(value, 12 + i * 2));
  const fact = Buffer.alloc(4);
  fact.writeUInt32LE(frames);
  const data = Buffer.alloc(frames * count);
  channels.forEach((channel, c) =>
    channel.forEach((sample, i) => (data[i * count + c] = encodeMuLaw(sample))),
  );
  return chunk(
    'RIFF',
    Buffer.concat([Buffer.from('WAVE'), chunk('fmt ', format), chunk('fact', fact), chunk('data', data)]),
  );
}
