import { FourierTransform } from './fourier.ts';
import { FrameShape, SMALLEST_ENERGY, WINDOW_SUM } from './frame-shape.ts';
import { MarkStrength } from './mark-strength.ts';
import { BAND_COUNT, type TilePattern } from './tile-grid.ts';
import { TileGains } from './tile-gains.ts';

/** What an embedder needs to know beforehand. */
export interface EmbedderOptions {
  readonly sampleRateHz: number;
  /** All channels carry the same chips, so that a mix to mono keeps them. */
  readonly channelCount: number;
  readonly pattern: TilePattern;
  /** Where in the mark the first sample lies. Default 0. */
  readonly startSeconds?: number;
}

/** Two channels share one transform: the first is its real, the second its imaginary part. */
interface ChannelPair {
  readonly inputs: readonly [Float64Array, Float64Array];
  readonly changes: readonly [Float64Array, Float64Array];
  readonly strengths: readonly [MarkStrength, MarkStrength];
}

/**
 * Puts a pattern into sound as it passes, by weighted overlap-add (Crochiere 1980): each band's level is turned up or down by
 * what `MarkStrength` allows. After construction nothing is allocated.
 */
export class Embedder {
  /** Samples by which the output is behind the input: 21.3 ms at 48 kHz, 23.2 ms at 44.1 kHz. */
  readonly latencySamples: number;
  readonly #sampleRateHz: number;
  readonly #startSeconds: number;
  readonly #hop: number;
  readonly #fourier: FourierTransform;
  readonly #window: Float64Array;
  readonly #gains: TileGains;
  readonly #pairs: readonly ChannelPair[];
  readonly #channelCount: number;
  /** Band of each bin from `#firstBin` on. */
  readonly #bandOfBin: Uint8Array;
  readonly #firstBin: number;
  readonly #topBin: number;
  readonly #real: Float64Array;
  readonly #imaginary: Float64Array;
  readonly #signs = new Float64Array(BAND_COUNT);
  readonly #bands = [new Float64Array(BAND_COUNT), new Float64Array(BAND_COUNT)] as const;
  readonly #energies = new Float64Array(2);
  #taken = 0;

  constructor({ sampleRateHz, channelCount, pattern, startSeconds = 0 }: EmbedderOptions) {
    const shape = new FrameShape(sampleRateHz);
    const { length } = shape;
    this.latencySamples = length;
    this.#sampleRateHz = sampleRateHz;
    this.#startSeconds = startSeconds;
    this.#channelCount = channelCount;
    this.#hop = shape.hop;
    this.#fourier = new FourierTransform(length);
    this.#window = shape.window;
    this.#gains = new TileGains(pattern);
    this.#real = new Float64Array(length);
    this.#imaginary = new Float64Array(length);
    this.#firstBin = shape.firstBin;
    this.#topBin = shape.topBin;
    this.#bandOfBin = shape.bandOfBin;
    const bands = markedBands(pattern);
    this.#pairs = Array.from({ length: Math.ceil(channelCount / 2) }, () => ({
      inputs: [new Float64Array(length), new Float64Array(length)],
      changes: [new Float64Array(length), new Float64Array(length)],
      strengths: [new MarkStrength(bands, shape.hopSeconds), new MarkStrength(bands, shape.hopSeconds)],
    }));
  }

  /**
   * Marks the next samples. A missing input channel counts as silence, as does a sample that is not finite, which would
   * otherwise spread over a frame and never leave the levels; a missing output channel is left out.
   * @param input - one array a channel, equally long, any length
   * @param output - of the same shape; may be the same arrays
   */
  process(input: readonly Float32Array[], output: readonly Float32Array[]): void {
    const length = output[0]?.length ?? input[0]?.length ?? 0;
    for (let done = 0; done < length;) {
      const chunk = Math.min(length - done, this.#hop - (this.#taken % this.#hop));
      for (let channel = 0; channel < this.#channelCount; channel += 1) {
        this.#pass(channel, input[channel], output[channel], done, chunk);
      }
      this.#taken += chunk;
      done += chunk;
      if (this.#taken % this.#hop === 0) this.#mark();
    }
  }

  /** Both rings have the place of the sample that is one latency old: it leaves, the new one takes its place. */
  #pass(
    channel: number,
    input: Float32Array | undefined,
    output: Float32Array | undefined,
    from: number,
    count: number,
  ): void {
    const pair = this.#pairs[channel >> 1] as ChannelPair;
    const ring = pair.inputs[channel & 1] as Float64Array;
    const change = pair.changes[channel & 1] as Float64Array;
    const start = this.#taken % ring.length;
    for (let index = 0; index < count; index += 1) {
      const sample = input ? (input[from + index] as number) : 0;
      if (output) output[from + index] = (ring[start + index] as number) + (change[start + index] as number);
      ring[start + index] = Number.isFinite(sample) ? sample : 0;
      change[start + index] = 0;
    }
  }

  #mark(): void {
    const centre = this.#taken - this.latencySamples / 2;
    this.#gains.at(this.#startSeconds + centre / this.#sampleRateHz, this.#signs);
    for (const pair of this.#pairs) this.#markPair(pair);
  }

  #markPair(pair: ChannelPair): void {
    const { latencySamples: length } = this;
    const oldest = this.#taken % length;
    for (let index = 0; index < length; index += 1) {
      const at = (oldest + index) & (length - 1);
      const weight = this.#window[index] as number;
      this.#real[index] = (pair.inputs[0][at] as number) * weight;
      this.#imaginary[index] = (pair.inputs[1][at] as number) * weight;
    }
    this.#fourier.forward(this.#real, this.#imaginary);
    this.#measureEnergies();
    for (let side = 0; side < 2; side += 1) this.#gainsOf(pair, side);
    this.#keepOnlyChanges();
    this.#fourier.inverse(this.#real, this.#imaginary);
    const scale = 1 / (length * WINDOW_SUM);
    for (let index = 0; index < length; index += 1) {
      const at = (oldest + index) & (length - 1);
      const weight = (this.#window[index] as number) * scale;
      pair.changes[0][at] = (pair.changes[0][at] as number) + (this.#real[index] as number) * weight;
      pair.changes[1][at] = (pair.changes[1][at] as number) + (this.#imaginary[index] as number) * weight;
    }
  }

  /** Energies of both channels, told apart by the symmetry of a real signal's spectrum. */
  #measureEnergies(): void {
    const [first, second] = this.#bands;
    first.fill(SMALLEST_ENERGY);
    second.fill(SMALLEST_ENERGY);
    this.#energies.fill(SMALLEST_ENERGY);
    for (let bin = 1; bin <= this.#topBin; bin += 1) {
      const mirror = this.latencySamples - bin;
      const re = this.#real[bin] as number;
      const im = this.#imaginary[bin] as number;
      const mirrorRe = this.#real[mirror] as number;
      const mirrorIm = this.#imaginary[mirror] as number;
      const energy = ((re + mirrorRe) ** 2 + (im - mirrorIm) ** 2) / 4;
      const other = ((im + mirrorIm) ** 2 + (re - mirrorRe) ** 2) / 4;
      this.#energies[0] = (this.#energies[0] as number) + energy;
      this.#energies[1] = (this.#energies[1] as number) + other;
      const band = this.#bandOfBin[bin - this.#firstBin];
      if (band === undefined) continue;
      first[band] = (first[band] as number) + energy;
      second[band] = (second[band] as number) + other;
    }
  }

  /** Turns energies into what a band's amplitude is to change by, as a factor less one. */
  #gainsOf(pair: ChannelPair, side: number): void {
    const values = this.#bands[side] as Float64Array;
    (pair.strengths[side] as MarkStrength).follow(values, this.#energies[side] as number);
    for (let band = 0; band < BAND_COUNT; band += 1) {
      values[band] = 10 ** (((values[band] as number) * (this.#signs[band] as number)) / 20) - 1;
    }
  }

  /** Leaves in the spectrum what is to be added to the sound. */
  #keepOnlyChanges(): void {
    const length = this.latencySamples;
    const last = this.#firstBin + this.#bandOfBin.length;
    this.#real
      .fill(0, 0, this.#firstBin)
      .fill(0, last, length - last + 1)
      .fill(0, length - this.#firstBin + 1);
    this.#imaginary
      .fill(0, 0, this.#firstBin)
      .fill(0, last, length - last + 1)
      .fill(0, length - this.#firstBin + 1);
    for (let bin = this.#firstBin; bin < last; bin += 1) this.#scaleBin(bin, length - bin);
  }

  #scaleBin(bin: number, mirror: number): void {
    const band = this.#bandOfBin[bin - this.#firstBin] as number;
    const first = (this.#bands[0][band] as number) / 2;
    const second = (this.#bands[1][band] as number) / 2;
    const re = this.#real[bin] as number;
    const im = this.#imaginary[bin] as number;
    const mirrorRe = this.#real[mirror] as number;
    const mirrorIm = this.#imaginary[mirror] as number;
    const firstRe = first * (re + mirrorRe);
    const firstIm = first * (im - mirrorIm);
    const secondRe = second * (im + mirrorIm);
    const secondIm = second * (mirrorRe - re);
    this.#real[bin] = firstRe - secondIm;
    this.#imaginary[bin] = firstIm + secondRe;
    this.#real[mirror] = firstRe + secondIm;
    this.#imaginary[mirror] = secondRe - firstIm;
  }
}

function markedBands(pattern: TilePattern): number[] {
  return Array.from({ length: BAND_COUNT }, (_, band) => band).filter(band =>
    pattern.some((chip, tile) => chip !== 0 && tile % BAND_COUNT === band),
  );
}
