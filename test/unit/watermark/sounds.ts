/** Sound, keys and numbers that the tests of the watermark share. */
import { readFileSync } from 'node:fs';
import { seededRandom, type SeededRandom } from '../../bench/watermark/seeded-random.ts';
import { nurseCall, phoneCall } from '../../support/recordings.ts';

/** Rate of both recordings. */
export const TELEPHONE_HZ = 8000;

/** A stretch of the real conversation between two people. */
export function phoneSpeech(fromSeconds: number, seconds: number): Float32Array<ArrayBuffer> {
  const data = soundOf(phoneCall.path);
  const samples = Float32Array.from(
    { length: data.length / 2 },
    (_, index) => data.readInt16LE(2 * index) / 32768,
  );
  return samples.slice(fromSeconds * TELEPHONE_HZ, (fromSeconds + seconds) * TELEPHONE_HZ);
}

/** A stretch of the two-channel call: caller and nurse. */
export function nurseSpeech(
  fromSeconds: number,
  seconds: number,
): [Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>] {
  const data = soundOf(nurseCall.path).subarray(2 * fromSeconds * TELEPHONE_HZ);
  const channel = (offset: number): Float32Array<ArrayBuffer> =>
    Float32Array.from({ length: seconds * TELEPHONE_HZ }, (_, index) =>
      muLawValue(data[2 * index + offset] as number),
    );
  return [channel(0), channel(1)];
}

/** Straight lines between samples: rough, but speech at another rate is all that is asked for. */
export function atRate(samples: Float32Array, sampleRateHz: number): Float32Array<ArrayBuffer> {
  const step = TELEPHONE_HZ / sampleRateHz;
  return Float32Array.from({ length: Math.floor(samples.length / step) }, (_, index) => {
    const at = Math.floor(index * step);
    const share = index * step - at;
    return (samples[at] as number) * (1 - share) + (samples[at + 1] ?? 0) * share;
  });
}

export function sine(
  frequencyHz: number,
  sampleRateHz: number,
  seconds: number,
  level = 0.5,
): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: Math.round(seconds * sampleRateHz) },
    (_, index) => level * Math.sin((2 * Math.PI * frequencyHz * index) / sampleRateHz),
  );
}

export function noise(length: number, level: number, random: SeededRandom): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length }, () => level * random.normal());
}

/** A watermark key that is the same in every run. */
export function keyFrom(seed: string): Uint8Array<ArrayBuffer> {
  const random = seededRandom(seed);
  return Uint8Array.from({ length: 32 }, () => random.below(256));
}

/** The largest difference of two signals of one length. */
export function largestDifference(first: ArrayLike<number>, second: ArrayLike<number>): number {
  if (first.length !== second.length) return Infinity;
  let largest = 0;
  for (let index = 0; index < first.length; index += 1) {
    const difference = Math.abs((first[index] as number) - (second[index] as number));
    // A comparison with NaN is false, so that NaN would otherwise pass for 0.
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

/** The content of the `data` chunk of a WAV file. */
function soundOf(path: string): Buffer {
  const file = readFileSync(path);
  let at = 12;
  while (file.toString('latin1', at, at + 4) !== 'data') at += 8 + file.readUInt32LE(at + 4);
  return file.subarray(at + 8, at + 8 + file.readUInt32LE(at + 4));
}

/** ITU-T G.711, mu-law. */
function muLawValue(byte: number): number {
  const flipped = ~byte & 0xff;
  const magnitude = ((((flipped & 0x0f) << 1) + 33) << ((flipped >> 4) & 7)) - 33;
  return (flipped & 0x80 ? -magnitude : magnitude) / 8159;
}
