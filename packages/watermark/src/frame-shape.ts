import { BAND_COUNT, HIGH_HZ, LOW_HZ } from './tile-grid.ts';

/** 1024 samples at 48 kHz. */
const FRAME_SECONDS = 1024 / 48000;
const OVERLAP = 4;

/** Squared periodic root-Hann windows at a quarter of their length apart add up to this. */
export const WINDOW_SUM = 2;

/** What counts as the energy of nothing. */
export const SMALLEST_ENERGY = 1e-9;

/** Energy above this does not count for how strong the mark may be: a telephone would not carry it. */
const TOP_HZ = 4000;

/** The frames in which sound is marked, and where in their spectra the bands lie. */
export class FrameShape {
  /** Samples; a power of two. */
  readonly length: number;
  /** Samples from one frame to the next. */
  readonly hop: number;
  readonly hopSeconds: number;
  /** Periodic root-Hann. */
  readonly window: Float64Array;
  readonly firstBin: number;
  /** Band of each bin from `firstBin` on. */
  readonly bandOfBin: Uint8Array;
  /** First bin of each band, and after them the bin above the highest band. */
  readonly bandStarts: readonly number[];
  /** Last bin whose energy counts. */
  readonly topBin: number;

  constructor(sampleRateHz: number) {
    const length = 2 ** Math.ceil(Math.log2(sampleRateHz * FRAME_SECONDS));
    this.length = length;
    this.hop = length / OVERLAP;
    this.hopSeconds = this.hop / sampleRateHz;
    this.window = Float64Array.from({ length }, (_, index) => Math.sin((Math.PI * index) / length));
    this.firstBin = Math.ceil((LOW_HZ * length) / sampleRateHz);
    this.topBin = Math.min(length / 2 - 1, Math.floor((TOP_HZ * length) / sampleRateHz));
    this.bandOfBin = bandOfBins(this.firstBin, sampleRateHz / length);
    this.bandStarts = Array.from(
      { length: BAND_COUNT + 1 },
      (_, band) => this.firstBin + this.bandOfBin.filter(of => of < band).length,
    );
  }
}

function bandOfBins(firstBin: number, binHz: number): Uint8Array {
  const bandHz = (HIGH_HZ - LOW_HZ) / BAND_COUNT;
  const count = Math.ceil(HIGH_HZ / binHz) - firstBin;
  return Uint8Array.from({ length: count }, (_, index) => ((firstBin + index) * binHz - LOW_HZ) / bandHz);
}
