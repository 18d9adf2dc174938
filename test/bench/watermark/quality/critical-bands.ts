/** Zwicker and Terhardt's approximation (1980) of the Bark scale. */
function bark(frequencyHz: number): number {
  return 13 * Math.atan(0.00076 * frequencyHz) + 3.5 * Math.atan((frequencyHz / 7500) ** 2);
}

/** Critical band of each bin: whole Barks. */
export function bandOfEachBin(frameLength: number, sampleRateHz: number): number[] {
  return Array.from({ length: frameLength / 2 + 1 }, (_, bin) =>
    Math.floor(bark((bin * sampleRateHz) / frameLength)),
  );
}

/** Adds bins up to bands. @param bandOfBin as of `bandOfEachBin` */
export function bandEnergies(power: Float64Array, bandOfBin: readonly number[]): Float64Array {
  const energies = new Float64Array((bandOfBin.at(-1) ?? 0) + 1);
  for (const [bin, band] of bandOfBin.entries()) energies[band] = (energies[band] ?? 0) + (power[bin] ?? 0);
  return energies;
}
