import { keyedTiles, type KeyedTiles } from './keyed-tiles.ts';
import { encodeId } from './tail-biting-code.ts';
import type { TilePattern } from './tile-grid.ts';

/**
 * What one listening session puts into the sound.
 * @param key - the tenant's, 32 bytes
 * @param id - the session's, unsigned, 32 bits
 * @throws RangeError when `key` or `id` has another size
 */
export async function clientPattern(key: Uint8Array<ArrayBuffer>, id: number): Promise<TilePattern> {
  if (key.length !== 32) throw new RangeError('A watermark key has 32 bytes.');
  if (!Number.isInteger(id) || id < 0 || id > 0xffff_ffff) {
    throw new RangeError('A watermark id is a whole number from 0 to 4294967295.');
  }
  return patternOf(await keyedTiles(key), id);
}

/** The pattern of `id` on tiles that are known already. */
export function patternOf({ chips, roles }: KeyedTiles, id: number): TilePattern {
  const symbols = encodeId(id);
  const pattern = Int8Array.from(chips);
  for (let tile = 0; tile < pattern.length; tile += 1) {
    const role = roles[tile] as number;
    if (role >= 0) pattern[tile] = (pattern[tile] as number) * (symbols[role] as number);
  }
  return pattern;
}
