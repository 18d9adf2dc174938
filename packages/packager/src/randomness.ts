/** Fewer bytes say too little about their distribution. */
const MIN_BYTES = 1024;
const DEGREES_OF_FREEDOM = 255;
/** Six standard deviations of a chi-square distribution: true random bytes pass but for one time in a billion. */
const LIMIT = DEGREES_OF_FREEDOM + 6 * Math.sqrt(2 * DEGREES_OF_FREEDOM);

export type Randomness = 'random' | 'not-random' | 'too-short-to-say';

/**
 * Judges whether bytes are spread as random ones are (Pearson's chi-square test over byte values). Plain sound, text and
 * containers fail; it is a check against a mistake, not a proof of encryption.
 */
export function judgeRandomness(bytes: Uint8Array): Randomness {
  if (bytes.length < MIN_BYTES) return 'too-short-to-say';
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  const expected = bytes.length / 256;
  const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  return chiSquare <= LIMIT ? 'random' : 'not-random';
}
