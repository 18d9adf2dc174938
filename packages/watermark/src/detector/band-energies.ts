import { FourierTransform } from '../fourier.ts';
import { BAND_COUNT, HIGH_HZ, LOW_HZ } from '../tile-grid.ts';

/** The detector works at the telephone's rate. */
export const DETECTOR_HZ = 8000;

/** Time between two rows of energies. */
export const HOP_SECONDS = 0.004;

const FRAME = 256;
const HOP = DETECTOR_HZ * HOP_SECONDS;
const BIN_HZ = DETECTOR_HZ / FRAME;
const WINDOW = Float64Array.from(
  { length: FRAME },
  (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / FRAME),
);
const FIRST_BIN = Math.floor(LOW_HZ / BIN_HZ);
const LAST_BIN = Math.ceil(HIGH_HZ / BIN_HZ);

/** Energies of the bands over time. */
export interface BandEnergies {
  readonly rowCount: number;
  /** `rowCount * BAND_COUNT`, the bands of one moment side by side; row r is centred on `r * HOP_SECONDS`. */
  readonly values: Float64Array;
}

/**
 * Energy of each band every 4 ms: Hann windows of 32 ms, a bin that lies across a border counted in shares.
 * @param samples - one channel at `DETECTOR_HZ`
 */
export function bandEnergies(samples: Float32Array): BandEnergies {
  const rowCount = Math.max(0, Math.floor(samples.length / HOP));
  const values = new Float64Array(rowCount * BAND_COUNT);
  const fourier = new FourierTransform(FRAME);
  const real = new Float64Array(FRAME);
  const imaginary = new Float64Array(FRAME);
  for (let row = 0; row < rowCount; row += 2) {
    takeFrame(samples, row, real);
    takeFrame(samples, row + 1, imaginary);
    fourier.forward(real, imaginary);
    addRow(values, row, real, imaginary, 1);
    if (row + 1 < rowCount) addRow(values, row + 1, real, imaginary, -1);
  }
  return { rowCount, values };
}

function takeFrame(samples: Float32Array, row: number, frame: Float64Array): void {
  const first = row * HOP - FRAME / 2;
  for (let index = 0; index < FRAME; index += 1) {
    const sample = samples[first + index] ?? 0;
    frame[index] = sample * (WINDOW[index] as number);
  }
}

/** Two real frames share a transform; `side` 1 takes the one in the real part, -1 the other. */
function addRow(values: Float64Array, row: number, re: Float64Array, im: Float64Array, side: 1 | -1): void {
  for (let bin = FIRST_BIN; bin <= LAST_BIN; bin += 1) {
    const mirror = FRAME - bin;
    const even = (re[bin] as number) + side * (re[mirror] as number);
    const odd = (im[bin] as number) - side * (im[mirror] as number);
    addBin(values, row * BAND_COUNT, bin, (even * even + odd * odd) / 4);
  }
}

function addBin(values: Float64Array, offset: number, bin: number, energy: number): void {
  const bandHz = (HIGH_HZ - LOW_HZ) / BAND_COUNT;
  const low = ((bin - 0.5) * BIN_HZ - LOW_HZ) / bandHz;
  const high = low + BIN_HZ / bandHz;
  for (let band = Math.max(0, Math.floor(low)); band < Math.min(BAND_COUNT, high); band += 1) {
    const share = (Math.min(high, band + 1) - Math.max(low, band)) / (high - low);
    values[offset + band] = (values[offset + band] as number) + share * energy;
  }
}
