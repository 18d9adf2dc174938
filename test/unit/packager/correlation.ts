/**
 * Normalised correlation of two signals from sample 0, over the length of the shorter. With `any-phase` the first
 * signal is a tone and the second may be shifted against it.
 */
export function correlation(
  a: Float32Array,
  b: Float32Array | undefined,
  mode: 'aligned' | 'any-phase' = 'aligned',
): number {
  if (!b) return 0;
  if (mode === 'aligned') return aligned(a, b, 0);
  const shifts = Array.from({ length: 400 }, (_, shift) => aligned(a, b, shift + 4000));
  return Math.max(...shifts);
}

function aligned(a: Float32Array, b: Float32Array, shift: number): number {
  let aa = 0;
  let bb = 0;
  let ab = 0;
  for (let index = 0; index < Math.min(a.length, b.length - shift); index += 1) {
    const x = a[index] ?? 0;
    const y = b[index + shift] ?? 0;
    aa += x * x;
    bb += y * y;
    ab += x * y;
  }
  return ab / Math.sqrt(aa * bb);
}
