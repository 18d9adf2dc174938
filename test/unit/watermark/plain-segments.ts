/** Which way a band goes in a variant, as one would write it on paper; it imports nothing of what it is compared with. */
const BANDS = 24;

interface Layout {
  readonly sampleRateHz: number;
  readonly segmentSamples: number;
  readonly primingSamples: number;
}

interface Chips {
  readonly chipCount: number;
  readonly common: Int8Array;
  readonly varying: Int8Array;
}

/** A chip as a function of time: up, down, with straight ramps of 8 ms around its beginning, middle and end. */
function chipShape(seconds: number): number {
  const corners: readonly (readonly [number, number])[] = [
    [-0.004, 0],
    [0.004, 1],
    [0.02, 1],
    [0.028, -1],
    [0.044, -1],
    [0.052, 0],
  ];
  for (let corner = 1; corner < corners.length; corner += 1) {
    const [from, low] = corners[corner - 1] as readonly [number, number];
    const [to, high] = corners[corner] as readonly [number, number];
    if (seconds >= from && seconds < to) return low + ((high - low) * (seconds - from)) / (to - from);
  }
  return 0;
}

/**
 * Adds up the shapes of all chips of all segments.
 * @param segments - the first is segment 1
 * @param side - 1 for variant A, -1 for B
 */
export function plainVariantGain(
  layout: Layout,
  segments: readonly Chips[],
  side: 1 | -1,
  seconds: number,
  band: number,
): number {
  let sum = 0;
  segments.forEach(({ chipCount, common, varying }, place) => {
    const start = (place * layout.segmentSamples - layout.primingSamples) / layout.sampleRateHz;
    for (let chip = 0; chip < chipCount; chip += 1) {
      const at = chip * BANDS + band;
      const sign = (common[at] as number) + side * (varying[at] as number);
      if (sign !== 0) sum += sign * chipShape(seconds - start - chip * 0.048);
    }
  });
  return sum;
}
