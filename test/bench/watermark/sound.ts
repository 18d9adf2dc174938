import { processSound } from './sound-process.ts';

/** One channel of sound. */
export interface Sound {
  readonly samples: Float32Array<ArrayBuffer>;
  readonly sampleRateHz: number;
}

/** Samples at a rate, as ffmpeg and sox take and give them through a pipe. */
export const rawFloats = (sampleRateHz: number): string[] => `-f f32le -ac 1 -ar ${sampleRateHz}`.split(' ');

/** Changes the sample rate with ffmpeg's resampler, which filters. */
export async function resampled(sound: Sound, sampleRateHz: number): Promise<Sound> {
  if (sound.sampleRateHz === sampleRateHz) return sound;
  const input = [...rawFloats(sound.sampleRateHz), '-i', 'pipe:0'];
  const output = ['-af', `aresample=${sampleRateHz}:filter_size=64`, ...rawFloats(sampleRateHz), 'pipe:1'];
  const command = ['ffmpeg', '-v', 'error', ...input, ...output];
  return { samples: await processSound(sound.samples, [command]), sampleRateHz };
}

/**
 * Root mean square of what is spoken: over the 20 ms frames that lie within 40 dB of the loudest, so that pauses do not count.
 */
export function speechLevel({ samples, sampleRateHz }: Sound): number {
  const frame = Math.round(sampleRateHz * 0.02);
  const powers: number[] = [];
  for (let start = 0; start + frame <= samples.length; start += frame) {
    let power = 0;
    for (let index = start; index < start + frame; index += 1) power += (samples[index] ?? 0) ** 2;
    powers.push(power / frame);
  }
  const floor = powers.reduce((loudest, power) => Math.max(loudest, power), 0) * 1e-4;
  const spoken = powers.filter(power => power > floor);
  return Math.sqrt(spoken.reduce((sum, power) => sum + power, 0) / Math.max(1, spoken.length));
}
