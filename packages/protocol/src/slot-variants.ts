import type { Bytes } from './bytes.ts';
import { isAudioTrack, type Track } from './manifest.ts';
import type { Variant } from './segment-cipher.ts';

const NO_VARIANTS: readonly Variant[] = [0];
const A_AND_B: readonly Variant[] = [1, 2];

/** The variants whose segments lie side by side in a slot, in their order; the init segment has none. */
export function slotVariants(track: Track, index: number): readonly Variant[] {
  return isAudioTrack(track) && track.variants === 2 && index > 0 ? A_AND_B : NO_VARIANTS;
}

/**
 * The stored segment of one variant. Slots are fetched whole, so that no request tells which variant someone can open.
 * @param slot - all bytes of a slot
 */
export function storedVariant(slot: Bytes, variant: Variant): Bytes {
  if (variant === 0) return slot;
  const half = slot.length / 2;
  return slot.subarray((variant - 1) * half, variant * half);
}
