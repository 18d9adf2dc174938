/** Numbers that are the same in every run. */
export interface SeededRandom {
  /** Evenly spread in [0, 1). */
  uniform(): number;
  /** Normally distributed with mean 0 and variance 1. */
  normal(): number;
  /** A whole number from 0 to `limit - 1`. */
  below(limit: number): number;
  /** A copy in another order. */
  shuffled<Item>(items: readonly Item[]): Item[];
}

/** FNV-1a, 32 bit. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** Weyl sequence through the 32-bit finaliser of MurmurHash3: small, fast, and good enough to order clips and make noise. */
function wordSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let word = state;
    word = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) >>> 0;
  };
}

/** @param seed any text; equal seeds give equal numbers on every machine */
export function seededRandom(seed: string): SeededRandom {
  const word = wordSource(hashOf(seed));
  const uniform = (): number => word() / 2 ** 32;
  const below = (limit: number): number => Math.floor(uniform() * limit);
  return {
    uniform,
    below,
    // Box and Muller's transform; 1 - uniform() is never 0.
    normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffled: items =>
      items
        .map(item => ({ item, place: uniform() }))
        .sort((one, other) => one.place - other.place)
        .map(({ item }) => item),
  };
}
