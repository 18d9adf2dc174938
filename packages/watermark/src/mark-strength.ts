import { BAND_COUNT } from './tile-grid.ts';

/**
 * How strong a chip may be, dB, by how far its band lies under the loudest one, dB: weak at the peaks, where a change is heard,
 * stronger beside them, where it is masked.
 */
const DEPTHS = [0, 6, 12, 20, 32] as const;
const STRENGTHS = [0.6, 0.9, 1.6, 1.7, 1.9] as const;

/** What the ear still masks after a sound has ended falls by a factor e in this time. */
const MASKING_SECONDS = 0.06;
const DECIBELS_PER_NEPER = 20 / Math.LN10;

/** The change may have this share of a frame's energy, and this size over all bands (root mean square). */
const LARGEST_CHANGE = 10 ** (-20.7 / 10);
const LARGEST_MEAN_STRENGTH = 1.34;

/** The quieter a moment is against the last seconds, the less the mark is worth there: telephones and rooms drown it. */
const LOUDNESS_FALL_PER_SECOND = 12;
const QUIETNESS = [0, 15, 30, 45] as const;
const WORTH = [1.6, 1.2, 0.4, 0.2] as const;

/** Chips are never stronger than this many times their strength by depth. */
const LARGEST_SCALE = 3;

/**
 * How strong the mark may be in each band of one channel. It is a gain and never adds sound: silence stays silent. Each frame
 * spends a budget: its signal-to-noise ratio and its spectral distance stay within bounds, whatever the voice.
 */
export class MarkStrength {
  readonly #bands: readonly number[];
  readonly #maskingFall: number;
  readonly #loudnessFall: number;
  readonly #worth = new Float64Array(1);
  #masking = -90;
  #loudness = -90;

  /**
   * @param bands - those that are marked
   * @param hopSeconds - time between two calls of `follow`
   */
  constructor(bands: readonly number[], hopSeconds: number) {
    this.#bands = bands;
    this.#maskingFall = (DECIBELS_PER_NEPER * hopSeconds) / MASKING_SECONDS;
    this.#loudnessFall = LOUDNESS_FALL_PER_SECOND * hopSeconds;
  }

  /**
   * Takes the energies of the bands at the next moment and puts the strength of each that is marked, in dB, in their place.
   * @param bands - `BAND_COUNT` energies above 0, linear; those of marked bands are overwritten
   * @param frameEnergy - energy of the whole frame
   */
  follow(bands: Float64Array, frameEnergy: number): void {
    this.#listen(bands);
    let change = 1e-12;
    let squares = 1e-12;
    for (const band of this.#bands) {
      const energy = bands[band] as number;
      bands[band] = this.#masking - 10 * Math.log10(energy);
      alongLines(DEPTHS, STRENGTHS, bands, band);
      const strength = bands[band];
      change += energy * (strength / DECIBELS_PER_NEPER) ** 2;
      squares += strength * strength;
    }
    const worth = this.#worth[0] as number;
    const byEnergy = Math.sqrt((frameEnergy * LARGEST_CHANGE) / change);
    const byStrength = LARGEST_MEAN_STRENGTH / Math.sqrt(squares / BAND_COUNT);
    const scale = Math.min(LARGEST_SCALE, worth * byEnergy, worth * byStrength);
    for (const band of this.#bands) bands[band] = scale * (bands[band] as number);
  }

  /** Follows the loudest band, and tells what the mark is worth now. */
  #listen(bands: Float64Array): void {
    let largest = 0;
    for (let band = 0; band < BAND_COUNT; band += 1) largest = Math.max(largest, bands[band] as number);
    const loudest = 10 * Math.log10(largest);
    this.#masking = Math.max(loudest, this.#masking - this.#maskingFall);
    this.#loudness = Math.max(loudest, this.#loudness - this.#loudnessFall);
    this.#worth[0] = this.#loudness - loudest;
    alongLines(QUIETNESS, WORTH, this.#worth, 0);
  }
}

/**
 * Replaces a place by the value there: straight lines between the given points, level beyond the ends. In an array, since a
 * fraction that is handed to or from a function is put on the heap, and this runs on the audio thread.
 */
function alongLines(
  places: readonly number[],
  values: readonly number[],
  array: Float64Array,
  index: number,
): void {
  const at = array[index] as number;
  let upper = 0;
  while (upper < places.length && at > (places[upper] as number)) upper += 1;
  if (upper === 0) array[index] = values[0] as number;
  else if (upper === places.length) array[index] = values[upper - 1] as number;
  else {
    const low = places[upper - 1] as number;
    const share = (at - low) / ((places[upper] as number) - low);
    array[index] = (values[upper - 1] as number) * (1 - share) + (values[upper] as number) * share;
  }
}
