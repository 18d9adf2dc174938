/** Zero crossings of the interpolating sinc on each side. */
const HALF_WIDTH = 16;

/** Kernel values between two zero crossings; the nearest is taken, which stays under -60 dB of error. */
const STEPS = 512;

/** Share of the narrower band that is kept, which leaves room for the filter's slope. */
const PASS_BAND = 0.94;

const KERNEL = hannSinc();

/**
 * Band-limited interpolation at a steady rate (Smith 1984, "Digital Audio Resampling").
 * @param samples - one channel
 * @param fromHz - its sample rate; any positive number, so that a change of speed can be undone as well
 * @param toHz - sample rate of the result
 */
export function resample(samples: Float32Array, fromHz: number, toHz: number): Float32Array {
  if (fromHz === toHz) return samples;
  const step = fromHz / toHz;
  const scale = Math.min(1, 1 / step) * PASS_BAND;
  const reach = HALF_WIDTH / scale;
  const result = new Float32Array(Math.floor(samples.length / step));
  for (let index = 0; index < result.length; index += 1) {
    result[index] = scale * interpolate(samples, index * step, scale, reach);
  }
  return result;
}

function interpolate(samples: Float32Array, position: number, scale: number, reach: number): number {
  const first = Math.max(0, Math.ceil(position - reach));
  const last = Math.min(samples.length - 1, Math.floor(position + reach));
  let sum = 0;
  for (let at = first; at <= last; at += 1) {
    const distance = Math.abs(at - position) * scale;
    sum += (samples[at] as number) * (KERNEL[Math.round(distance * STEPS)] as number);
  }
  return sum;
}

function hannSinc(): Float64Array {
  return Float64Array.from({ length: HALF_WIDTH * STEPS + 1 }, (_, index) => {
    const x = index / STEPS;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return sinc * Math.cos((Math.PI * x) / (2 * HALF_WIDTH)) ** 2;
  });
}
