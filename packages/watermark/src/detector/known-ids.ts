import type { KeyedTiles } from '../keyed-tiles.ts';
import { encodeId } from '../tail-biting-code.ts';
import { OFFSET_COUNT } from './alignment-path.ts';
import type { ChipRatios } from './chip-ratios.ts';
import { FALSE_POSITIVE_BOUND, falsePositiveBound, threshold } from './evidence.ts';
import { correlateWord } from './id-decoder.ts';
import { SoftSymbols } from './soft-symbols.ts';
import type { Alignment, SyncSearch } from './sync-search.ts';

/** Alignments at which the ids are tried. */
const ALIGNMENTS = 512;

/** How well one of the ids in question fits. */
export interface KnownIdEvidence {
  readonly id: number;
  /** Evidence for the id, nats. */
  readonly score: number;
  /** Nats. */
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
  const words = ids.map(encodeId);
  const best = words.map((): Fit => ({ fit: 0, correlation: 0, alignment: undefined }));
  for (const alignment of search.best(phases, ALIGNMENTS)) {
    const soft = read(tiles, phases, alignment);
    for (const [index, word] of words.entries()) {
      const correlation = correlateWord(soft.sums, word);
      const fit = soft.fit(correlation);
      if (fit > (best[index] as Fit).fit) best[index] = { fit, correlation, alignment };
    }
  }
  const least = threshold(nats, FALSE_POSITIVE_BOUND);
  return ids
    .map((id, index) => ({ id, score: scoreOf(best[index] as Fit, tiles, phases) }))
    .map(({ id, score }) => ({
      id,
      score,
      threshold: least,
      falsePositiveBound: falsePositiveBound(score, nats),
      found: score >= least,
    }))
    .sort((a, b) => b.score - a.score);
}

/** Where an id fits best. */
interface Fit {
  readonly fit: number;
  readonly correlation: number;
  readonly alignment: Alignment | undefined;
}

/** A fit under this is not looked at more closely: Hoeffding's bound, which is never the sharper one, says enough. */
const CLOSE_LOOK = 4;

function scoreOf(
  { fit, correlation, alignment }: Fit,
  tiles: KeyedTiles,
  phases: readonly ChipRatios[],
): number {
  if (!alignment || fit < CLOSE_LOOK) return (fit * fit) / 2;
  return read(tiles, phases, alignment).evidence(correlation);
}

function read(tiles: KeyedTiles, phases: readonly ChipRatios[], { phase, column }: Alignment): SoftSymbols {
  const soft = new SoftSymbols();
  soft.add(tiles, phases[phase] as ChipRatios, 0, Infinity, column);
  return soft;
}
