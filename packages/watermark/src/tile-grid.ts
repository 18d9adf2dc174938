/** Lower edge of the lowest band, Hz. Telephones keep little outside 300-3400 Hz. */
export const LOW_HZ = 320;

/** Upper edge of the highest band, Hz. */
export const HIGH_HZ = 3380;

/** Bands of equal width between `LOW_HZ` and `HIGH_HZ`. */
export const BAND_COUNT = 24;

/** A chip lasts this long: its band goes up for the first half and down for the second, or the reverse. */
export const CHIP_SECONDS = 0.048;

/** Chips after which a pattern repeats (196.6 s): averaging minutes of sound must not lay it bare. */
export const PERIOD_CHIPS = 4096;

/**
 * What is put into which band when: `PERIOD_CHIPS * BAND_COUNT` values of -1, 0 (left alone) and +1, the bands of one moment
 * side by side, lowest first.
 */
export type TilePattern = Int8Array<ArrayBuffer>;

/** Whether band `band` carries the real-time mark; the others are the forensic mark's, so that neither disturbs the other. */
export function isClientBand(band: number): boolean {
  return band % 3 !== 2;
}

/** Bands that carry the real-time mark. */
export const CLIENT_BANDS: readonly number[] = Array.from({ length: BAND_COUNT }, (_, band) => band).filter(
  isClientBand,
);

/** Bands that carry the forensic mark. */
export const FORENSIC_BANDS: readonly number[] = Array.from({ length: BAND_COUNT }, (_, band) => band).filter(
  band => !isClientBand(band),
);
