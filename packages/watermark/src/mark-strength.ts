/** Gain of a chip at a spectral peak, dB. */
const PEAK_DECIBELS = 0.6;

/** How much stronger a chip may be under the loudest band, per 20 dB. */
const VALLEY_FACTOR = 2;
const VALLEY_DECIBELS = 20;
const DEEPEST_VALLEY = 1.6;

/** What the ear still masks after a sound has ended falls by a factor e in this time. */
const RELEASE_SECONDS = 0.04;
const DECIBELS_PER_NEPER = 20 / Math.LN10;

/**
 * How strong the mark may be in each band of one channel: a little at the peaks of the spectrum, more in the valleys beside
 * and just after them, where louder sound hides it. It is a gain and never adds sound: silence stays silent.
 */
export class MarkStrength {
  readonly #release: number;
  #envelope = -90;

  /** @param hopSeconds - time between two calls of `follow` */
  constructor(hopSeconds: number) {
    this.#release = (DECIBELS_PER_NEPER * hopSeconds) / RELEASE_SECONDS;
  }

  /**
   * Takes the levels of the bands at the next moment and puts the strength of each, in dB, in their place.
   * @param levels - band levels in dB, any reference; overwritten
   */
  follow(levels: Float64Array): void {
    let loudest = this.#envelope - this.#release;
    for (let band = 0; band < levels.length; band += 1) loudest = Math.max(loudest, levels[band] as number);
    this.#envelope = loudest;
    for (let band = 0; band < levels.length; band += 1) {
      const valley = Math.min((loudest - (levels[band] as number)) / VALLEY_DECIBELS, DEEPEST_VALLEY);
      levels[band] = PEAK_DECIBELS * (1 + VALLEY_FACTOR * valley);
    }
  }
}
