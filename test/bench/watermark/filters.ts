import type { Sound } from './sound.ts';

/** Q of the two second-order sections that make a Butterworth filter of order 4: 1 / (2 cos(pi/8)), 1 / (2 cos(3 pi/8)). */
const BUTTERWORTH_Q = [1 / (2 * Math.cos(Math.PI / 8)), 1 / (2 * Math.cos((3 * Math.PI) / 8))];

type Kind = 'low-pass' | 'high-pass';

/** Coefficients by the bilinear transform: feed forward b0 b1 b2, feed back a1 a2. */
function section(kind: Kind, edgeHz: number, quality: number, sampleRateHz: number): number[] {
  const angle = (2 * Math.PI * edgeHz) / sampleRateHz;
  const alpha = Math.sin(angle) / (2 * quality);
  const cosine = Math.cos(angle);
  const sign = kind === 'low-pass' ? -1 : 1;
  const outer = (1 + sign * cosine) / 2;
  return [outer, sign * -2 * outer, outer, -2 * cosine, 1 - alpha].map(value => value / (1 + alpha));
}

function filter(
  samples: Float32Array<ArrayBuffer>,
  coefficients: readonly number[],
): Float32Array<ArrayBuffer> {
  const [b0 = 0, b1 = 0, b2 = 0, a1 = 0, a2 = 0] = coefficients;
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  return samples.map(x0 => {
    const y0 = b0 * x0 + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2;
    [x1, x2, y1, y2] = [x0, x1, y0, y1];
    return y0;
  });
}

function butterworth(sound: Sound, kind: Kind, edgeHz: number): Sound {
  const { sampleRateHz } = sound;
  // At half the sample rate there is nothing left to take away.
  if (edgeHz >= sampleRateHz * 0.49) return sound;
  const samples = BUTTERWORTH_Q.reduce(
    (filtered, quality) => filter(filtered, section(kind, edgeHz, quality, sampleRateHz)),
    sound.samples,
  );
  return { samples, sampleRateHz };
}

/** Keeps what lies between two frequencies: Butterworth, order 4 at each edge. */
export function bandPassed(sound: Sound, lowHz: number, highHz: number): Sound {
  return butterworth(butterworth(sound, 'high-pass', lowHz), 'low-pass', highHz);
}
