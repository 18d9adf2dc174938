import type { KeyedTiles } from '../keyed-tiles.ts';
import { encodeId } from '../tail-biting-code.ts';
import { OFFSET_COUNT } from './alignment-path.ts';
import type { ChipRatios } from './chip-ratios.ts';
import { FALSE_POSITIVE_BOUND, falsePositiveBound, threshold } from './evidence.ts';
import { correlateWord } from './id-decoder.ts';
import { SoftSymbols } from './soft-symbols.ts';
import type { SyncSearch } from './sync-search.ts';

/** Alignments at which the ids are tried. */
const ALIGNMENTS = 512;

/** How well one of the ids in question fits. */
export interface KnownIdEvidence {
  readonly id: number;
  readonly score: number;
  readonly threshold: number;
  /** Probability, at most, that any of the ids scores as much in sound without its mark. */
  readonly falsePositiveBound: number;
  readonly found: boolean;
}

/**
 * Scores the ids in question, best first. Shorter sound is enough than for a blind search, since fewer hypotheses share the
 * bound: the ids, not all of 32 bits.
 * @param ids - those that may be in the sound, as the record of the call tells them
 */
export function scoreKnownIds(
  tiles: KeyedTiles,
  search: SyncSearch,
  phases: readonly ChipRatios[],
  ids: readonly number[],
  extraNats = 0,
): KnownIdEvidence[] {
  const nats = Math.log(Math.max(1, ids.length)) + Math.log(OFFSET_COUNT) + extraNats;
  const best = new Float64Array(ids.length).fill(-Infinity);
  const words = ids.map(encodeId);
  for (const { phase, column } of search.best(phases, ALIGNMENTS)) {
    const soft = new SoftSymbols();
    soft.add(tiles, phases[phase] as ChipRatios, 0, Infinity, column);
    for (const [index, word] of words.entries()) {
      best[index] = Math.max(best[index] as number, soft.score(correlateWord(soft.sums, word)));
    }
  }
  const least = threshold(nats, FALSE_POSITIVE_BOUND);
  return ids
    .map((id, index) => ({ id, score: best[index] as number }))
    .map(({ id, score }) => ({
      id,
      score,
      threshold: least,
      falsePositiveBound: falsePositiveBound(score, nats),
      found: score >= least,
    }))
    .sort((a, b) => b.score - a.score);
}
