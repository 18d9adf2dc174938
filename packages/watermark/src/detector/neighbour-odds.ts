import { CODE_SYMBOLS, encodeId, GENERATORS, ID_BITS } from '../tail-biting-code.ts';
import type { SoftSymbols } from './soft-symbols.ts';

/** Largest odds of a neighbouring id with which an id is reported. */
export const LARGEST_NEIGHBOUR_ODDS = 1e-4;

/** Neighbours differ from an id within this many bits and in at most this many symbols: the likeliest wrong decodings. */
const SPAN_BITS = 12;
const LARGEST_WEIGHT = 64;

/** Symbols in which an id that differs from another by a short run of bits, beginning at bit 0, differs from it. */
const SUPPORTS: readonly Uint8Array[] = supports();

/** All bits turned over change every symbol of one generator only: 32, fewer than any short run of bits does. */
const COMPLEMENT: Uint8Array = placesOf(0xffff_ffff);

/**
 * Odds that a neighbour of the decoded id is the true one: the sum over neighbours of exp(-2 a d), where d is the correlation
 * that their symbols would lose and a the amplitude of the mark as the score tells it. A mark may be there and still be
 * misread; the score alone would not notice.
 */
export function neighbourOdds(soft: SoftSymbols, id: number, correlation: number): number {
  const amplitude = soft.fit(correlation) / Math.sqrt(soft.energy + 1e-9);
  const agreed = agreement(soft.sums, id);
  let odds = Math.exp(-2 * amplitude * lost(agreed, COMPLEMENT, 0));
  for (const support of SUPPORTS) {
    for (let shift = 0; shift < CODE_SYMBOLS; shift += GENERATORS.length) {
      odds += Math.exp(-2 * amplitude * lost(agreed, support, shift));
    }
  }
  return odds;
}

function lost(agreed: Float64Array, support: Uint8Array, shift: number): number {
  let sum = 0;
  for (const symbol of support) {
    const at = symbol + shift;
    sum += agreed[at < CODE_SYMBOLS ? at : at - CODE_SYMBOLS] as number;
  }
  return sum;
}

function agreement(sums: Float64Array, id: number): Float64Array {
  const symbols = encodeId(id);
  return sums.map((sum, symbol) => sum * (symbols[symbol] as number));
}

/** The code is linear: the symbols in which two ids differ are those in which their difference differs from id 0. */
function placesOf(difference: number): Uint8Array {
  const zero = encodeId(0);
  const symbols = encodeId(difference);
  return Uint8Array.from(symbols.keys()).filter(place => symbols[place] !== zero[place]);
}

function supports(): Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let difference = 1; difference < 1 << Math.min(SPAN_BITS, ID_BITS); difference += 2) {
    const places = placesOf(difference);
    if (places.length <= LARGEST_WEIGHT) found.push(places);
  }
  return found;
}
